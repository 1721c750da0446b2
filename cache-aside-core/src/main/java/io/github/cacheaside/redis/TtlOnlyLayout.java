package io.github.cacheaside.redis;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A layout without a header, so without leases: every lease is granted, every fill accepted. */
abstract class TtlOnlyLayout implements CacheStore {
  private static final CompletionStage<Boolean> YES = CompletableFuture.completedStage(true);
  private static final CompletionStage<Boolean> NO = CompletableFuture.completedStage(false);
  private static final CompletionStage<Lookup> GRANTED =
      CompletableFuture.completedStage(Lookup.GRANTED);

  final RedisOperations redis;

  TtlOnlyLayout(RedisOperations redis) {
    this.redis = redis;
  }

  @Override
  public final void admit(int bytes) {
    redis.admit(bytes);
  }

  @Override
  public final Coherence coherence() {
    return Coherence.TTL_ONLY;
  }

  @Override
  public final CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
    return GRANTED;
  }

  @Override
  public final CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
    return YES;
  }

  @Override
  public final CompletionStage<Boolean> fill(
      String key, LeaseToken token, StoredValue value, Duration ttl) {
    return put(key, value, ttl);
  }

  @Override
  public final CompletionStage<Boolean> abandon(String key, LeaseToken token) {
    return NO;
  }

  @Override
  public final CompletionStage<Boolean> drop(String key) {
    return redis.call(commands -> commands.unlink(Wire.utf8(key))).thenApply(count -> count == 1);
  }

  @Override
  public final CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
    throw new UnsupportedOperationException("this layout has no place for write intents");
  }

  @Override
  public final CompletionStage<Boolean> release(String key, LeaseToken token) {
    throw new UnsupportedOperationException("this layout has no place for write intents");
  }

  @Override
  public final void close() {} // the connection is the store's
}
