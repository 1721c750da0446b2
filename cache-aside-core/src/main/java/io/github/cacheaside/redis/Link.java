package io.github.cacheaside.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/** A way to a Redis, whatever its topology. */
interface Link extends AutoCloseable {

  /**
   * The commands of the live connection.
   *
   * @throws io.github.cacheaside.CacheStoreException if there has not been a connection yet
   */
  RedisClusterAsyncCommands<byte[], byte[]> commands();

  /** Where it leads, without credentials. */
  String describe();

  /** Registers what to do each time a connection was lost and is back. */
  void onReconnect(Runnable action);

  @Override
  void close();
}
