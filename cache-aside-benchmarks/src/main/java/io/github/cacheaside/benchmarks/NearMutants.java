package io.github.cacheaside.benchmarks;

import io.github.cacheaside.CacheStore;
import io.github.cacheaside.ChangeFeed;
import io.github.cacheaside.ForwardingCacheStore;
import io.github.cacheaside.Lookup;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The near cache with one rule broken each. */
final class NearMutants {
  private NearMutants() {}

  /** Near hits are answered whether or not the feed is alive. */
  static CacheStore alwaysTrusted(CacheStore original) {
    return new ForwardingCacheStore(original) {
      @Override
      public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
        return super.changes(keyPrefix, listener).map(feed -> System::nanoTime);
      }
    };
  }

  /**
   * News of a key end what is there of it, and nothing else: what was looked up before and comes
   * after them stays, as without stamps.
   */
  static CacheStore noStamps(CacheStore original) {
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

  /** Nobody forgets anything when changes have been missed. */
  static CacheStore noFlush(CacheStore original) {
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
}
