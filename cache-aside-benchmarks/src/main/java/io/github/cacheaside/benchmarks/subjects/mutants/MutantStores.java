package io.github.cacheaside.benchmarks.subjects.mutants;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ChangeFeed;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Stores with one rule of the protocol broken each. An experiment that lets one of these pass
 * proves nothing. Each method takes the store that keeps the rule.
 */
public final class MutantStores {
  private MutantStores() {}

  /** Accepts every fill, whatever has become of its lease. */
  public static CacheStore noTokenCheck(CacheStore original) {
    return new ForwardingCacheStore(original) {
      @Override
      public CompletionStage<Boolean> fill(
          String key, LeaseToken token, StoredValue value, Duration ttl) {
        return put(key, value, ttl);
      }
    };
  }

  /** Forgets what dropped a lease as soon as the lease is renewed. */
  public static CacheStore renewGrantsAnew(CacheStore original) {
    return new ForwardingCacheStore(original) {
      @Override
      public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
        return lease(key, token, lease).thenApply(Lookup.GRANTED::equals);
      }
    };
  }

  /** Grants every refresh and accepts every fill: XFetch as in the paper, without leases. */
  public static CacheStore withoutLeases(CacheStore original) {
    return new ForwardingCacheStore(noTokenCheck(original)) {
      @Override
      public CompletionStage<Lookup> refresh(
          String key, LeaseToken token, Duration lease, StoredValue.Timing seen, Duration early) {
        return CompletableFuture.completedFuture(Lookup.GRANTED);
      }
    };
  }

  /** A writer that releases its mark removes the key, the marks of other writers included. */
  public static UnaryOperator<CacheStore> deletesInsteadOfReleasing(String redis) {
    return original ->
        new WithRedis(original, redis) {
          @Override
          public CompletionStage<Boolean> release(String key, LeaseToken token) {
            return redis().delete(key).thenApply(deleted -> true);
          }
        };
  }

  /** A fill overwrites even the mark of a write. */
  public static UnaryOperator<CacheStore> fillsOverMarks(String redis) {
    return original ->
        new WithRedis(original, redis) {
          @Override
          public CompletionStage<Boolean> fill(
              String key, LeaseToken token, StoredValue value, Duration ttl) {
            return redis().delete(key).thenCompose(deleted -> put(key, value, ttl));
          }
        };
  }

  /**
   * Gives a value the generations of its tags at the time of the fill, not of the load.
   *
   * @param cache the name of the cache
   */
  public static UnaryOperator<CacheStore> lateGenerations(String cache) {
    return original ->
        new ForwardingCacheStore(original) {
          @Override
          public CompletionStage<Boolean> fill(
              String key, LeaseToken token, StoredValue value, Duration ttl) {
            CompletionStage<List<StoredValue.Generation>> now =
                CompletableFuture.completedFuture(new ArrayList<>());
            for (StoredValue.Generation then : value.generations()) {
              now =
                  now.thenCombine(
                      generationOr(cache + "#" + then.tag(), then.token()),
                      (list, current) -> {
                        list.add(new StoredValue.Generation(then.tag(), current));
                        return list;
                      });
            }
            return now.thenCompose(list -> super.fill(key, token, value.under(list), ttl));
          }
        };
  }

  /** Sends only what threads of that name send; what the library repeats is forgotten. */
  public static UnaryOperator<CacheStore> forgetsFailedDrops(String writerThreads) {
    return original ->
        new ForwardingCacheStore(original) {
          @Override
          public CompletionStage<Boolean> drop(String key) {
            return Thread.currentThread().getName().startsWith(writerThreads)
                ? super.drop(key)
                : CompletableFuture.completedFuture(true);
          }
        };
  }

  /** Does not tell that Redis was away, so nothing is repeated. */
  public static CacheStore neverReconnects(CacheStore original) {
    return new ForwardingCacheStore(original) {
      @Override
      public void onReconnect(Runnable action) {}
    };
  }

  /** Remembers the lease of each flight for ever. */
  public static CacheStore keepsLeases(CacheStore original) {
    Map<LeaseToken, String> kept = new ConcurrentHashMap<>();
    return new ForwardingCacheStore(original) {
      @Override
      public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
        kept.put(token, key);
        return super.lease(key, token, lease);
      }

      @Override
      public String toString() {
        return kept.size() + " leases";
      }
    };
  }

  /** Near hits are answered whether or not the feed is alive. */
  public static CacheStore feedAlwaysTrusted(CacheStore original) {
    return new ForwardingCacheStore(original) {
      @Override
      public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
        return super.changes(keyPrefix, listener).map(feed -> System::nanoTime);
      }
    };
  }

  /**
   * News of a key end what is near of it, and nothing else: what was looked up before and comes
   * after them stays, as without stamps.
   */
  public static CacheStore noStamps(CacheStore original) {
    Set<String> lookedUp = ConcurrentHashMap.newKeySet();
    return new ForwardingCacheStore(original) {
      @Override
      public CompletionStage<Lookup> lookup(String key) {
        lookedUp.add(key);
        return super.lookup(key).whenComplete((found, failure) -> lookedUp.remove(key));
      }

      @Override
      public CompletionStage<Lookup> lookup(
          String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
        lookedUp.add(key);
        return super.lookup(key, ifMissing).whenComplete((found, failure) -> lookedUp.remove(key));
      }

      @Override
      public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
        return super.changes(
            keyPrefix,
            new ChangeFeed.Listener() {
              @Override
              public void changed(String key) {
                if (!lookedUp.contains(key)) {
                  listener.changed(key);
                }
              }

              @Override
              public void missedChanges() {
                listener.missedChanges();
              }
            });
      }
    };
  }

  /** The near cache forgets nothing when changes have been missed. */
  public static CacheStore noFlush(CacheStore original) {
    return new ForwardingCacheStore(original) {
      @Override
      public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
        return super.changes(
            keyPrefix,
            new ChangeFeed.Listener() {
              @Override
              public void changed(String key) {
                listener.changed(key);
              }

              @Override
              public void missedChanges() {}
            });
      }
    };
  }

  /** Does something behind the store's back. */
  private abstract static class WithRedis extends ForwardingCacheStore {
    private final RawRedis redis;

    WithRedis(CacheStore original, String uri) {
      super(original);
      this.redis = new RawRedis(uri);
    }

    final RawRedis redis() {
      return redis;
    }

    @Override
    public void close() {
      redis.close();
      super.close();
    }
  }
}
