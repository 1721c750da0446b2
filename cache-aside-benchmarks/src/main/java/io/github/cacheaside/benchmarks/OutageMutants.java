package io.github.cacheaside.benchmarks;

import io.github.cacheaside.CacheStore;
import io.github.cacheaside.ForwardingCacheStore;
import io.github.cacheaside.LeaseToken;
import io.github.cacheaside.Lookup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** This library with one rule broken each that matters when Redis is ill for long. */
final class OutageMutants {
  private OutageMutants() {}

  /** Only what a writer itself sends is sent: what the library wants to repeat is forgotten. */
  static CacheStore forgetsFailed(CacheStore original) {
    return new ForwardingCacheStore(original) {
      @Override
      public CompletionStage<Boolean> drop(String key) {
        return Thread.currentThread().getName().startsWith(Team.WRITER)
            ? super.drop(key)
            : CompletableFuture.completedFuture(true);
      }
    };
  }

  /** Every fill is accepted, whatever has become of its lease. */
  static CacheStore noTokenCheck(CacheStore original) {
    return new Mutants.NoTokenCheck(original);
  }

  /** Remembers the lease of each flight for ever. */
  static CacheStore keepsLeases(CacheStore original) {
    return new KeepsLeases(original);
  }

  private static final class KeepsLeases extends ForwardingCacheStore {
    private final Map<LeaseToken, String> kept = new ConcurrentHashMap<>();

    KeepsLeases(CacheStore original) {
      super(original);
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      kept.put(token, key);
      return super.lease(key, token, lease);
    }

    @Override
    public String toString() {
      return kept.size() + " leases";
    }
  }
}
