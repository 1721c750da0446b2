package io.github.cacheaside.redis;

import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bare string: {@code GET} and {@code SET PX}. */
final class PlainLayout extends TtlOnlyLayout {
  PlainLayout(RedisOperations redis) {
    super(redis);
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    return redis.get(key, PlainLayout::decode);
  }

  @Override
  public CompletionStage<Lookup> lookup(
      String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    return redis.get(key, PlainLayout::decode, ifMissing);
  }

  private static Lookup decode(byte @Nullable [] bytes) {
    if (ReplyLimit.isTooLarge(bytes)) {
      return Lookup.UNDECODABLE;
    }
    return bytes == null ? Lookup.MISSING : new Lookup.Hit(StoredValue.of(bytes));
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    return redis.set(key, value.payload(), ttl);
  }

  @Override
  public CompletionStage<Lookup> putIfAbsent(String key, StoredValue value, Duration ttl) {
    return redis
        .setIfAbsent(key, value.payload(), ttl)
        .thenCompose(
            written -> written ? CompletableFuture.completedStage(Lookup.GRANTED) : lookup(key));
  }
}
