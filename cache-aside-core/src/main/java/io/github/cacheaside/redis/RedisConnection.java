package io.github.cacheaside.redis;

import io.github.cacheaside.spi.ChangeFeed;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A way to a Redis, whatever its topology. */
interface RedisConnection extends AutoCloseable {

  /**
   * The commands of the live connection.
   *
   * @throws io.github.cacheaside.CacheStoreException if there has not been a connection yet
   */
  RedisClusterAsyncCommands<byte[], byte[]> commands();

  /**
   * The live connection itself.
   *
   * @throws io.github.cacheaside.CacheStoreException if there has not been a connection yet
   */
  StatefulConnection<byte[], byte[]> connection();

  /** Where it leads, without credentials. */
  String describe();

  /**
   * See {@link io.github.cacheaside.spi.CacheStore#admit}; a connection of the application has no
   * bound.
   */
  default void admit(int bytes) {}

  /** Registers what to do each time a connection was lost and is back. */
  void onReconnect(Runnable action);

  /** A node refused a write because it is a replica. */
  default void readOnly() {}

  /** See {@link io.github.cacheaside.spi.CacheStore#notAnswering}. */
  default void notAnswering() {}

  /** See {@link io.github.cacheaside.spi.CacheStore#watch}. */
  default Optional<CompletionStage<Void>> watch(String key) {
    return LeaseWatch.NONE.watch(key);
  }

  /** See {@link io.github.cacheaside.spi.CacheStore#changes}. */
  default Optional<ChangeFeed> changes(String prefix, ChangeFeed.Listener listener) {
    return Optional.empty();
  }

  /** Whether this was closed. */
  boolean isClosed();

  @Override
  void close();
}
