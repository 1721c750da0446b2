package io.github.cacheaside.redis;

import io.github.cacheaside.Lookup;
import io.github.cacheaside.StoredValue;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A bare string: {@code GET} and {@code SET PX}. */
final class PlainLayout extends TtlOnlyLayout {
  PlainLayout(RedisOperations redis) {
    super(redis);
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    return redis.get(
        key, bytes -> bytes == null ? Lookup.MISSING : new Lookup.Hit(StoredValue.of(bytes)));
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    return redis
        .call(commands -> commands.set(Wire.utf8(key), value.payload(), SetArgs.Builder.px(ttl)))
        .thenApply("OK"::equals);
  }
}
