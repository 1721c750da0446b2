package io.github.cacheaside;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stores with one line of the protocol changed, which the interleavings must find. */
enum MutantStores {
  FILL_WITHOUT_TOKEN,
  LEASE_GRANTED_ANEW,
  DROP_SKIPPED,
  INTENT_SKIPPED,
  MARK_TAKEN_AWAY;

  /** Whether only a fenced write can tell the difference. */
  boolean isOfFences() {
    return this == INTENT_SKIPPED || this == MARK_TAKEN_AWAY;
  }

  CacheStore of(CacheStore store) {
    return switch (this) {
      case FILL_WITHOUT_TOKEN -> new FillsWithoutToken(store);
      case LEASE_GRANTED_ANEW -> new GrantsAnew(store);
      case DROP_SKIPPED -> new SkipsDrops(store);
      case INTENT_SKIPPED -> new SkipsIntents(store);
      case MARK_TAKEN_AWAY -> new TakesMarksAway(store);
    };
  }

  private static final class FillsWithoutToken extends ForwardingStore {
    FillsWithoutToken(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return store.put(key, value, ttl);
    }
  }

  /** As if a lease that was removed while its holder loaded had been renewed, anew. */
  private static final class GrantsAnew extends ForwardingStore {
    GrantsAnew(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return store.lease(key, token, ttl).thenCompose(found -> store.fill(key, token, value, ttl));
    }
  }

  private static final class SkipsDrops extends ForwardingStore {
    SkipsDrops(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return CompletableFuture.completedFuture(true);
    }
  }

  private static final class SkipsIntents extends ForwardingStore {
    SkipsIntents(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      return CompletableFuture.completedFuture(true);
    }
  }

  /** A mark does not outlast its placing: what was cached is gone, but readers may fill. */
  private static final class TakesMarksAway extends ForwardingStore {
    TakesMarksAway(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      return store.intent(key, token, ttl).thenCompose(placed -> store.release(key, token));
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return CompletableFuture.completedFuture(true);
    }
  }
}
