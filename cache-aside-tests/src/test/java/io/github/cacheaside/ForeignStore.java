package io.github.cacheaside;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A foreign layout: there are no leases, and every fill is accepted. */
final class ForeignStore extends ForwardingCacheStore {
  ForeignStore(CacheStore store) {
    super(store);
  }

  @Override
  public Coherence coherence() {
    return Coherence.TTL_ONLY;
  }

  @Override
  public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
    return CompletableFuture.completedFuture(Lookup.GRANTED);
  }

  @Override
  public CompletionStage<Boolean> fill(
      String key, LeaseToken token, StoredValue value, Duration ttl) {
    return store.put(key, value, ttl);
  }
}
