package io.github.cacheaside;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Stores with one line of the protocol changed. */
final class MutantStores {
  private MutantStores() {}

  private static <T> CompletionStage<T> answer(T value) {
    return CompletableFuture.completedFuture(value);
  }

  static final class FillsWithoutToken extends ForwardingCacheStore {
    FillsWithoutToken(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return store.put(key, value, ttl);
    }
  }

  static final class RenewalGrantsAnew extends ForwardingCacheStore {
    RenewalGrantsAnew(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
      return store.lease(key, token, lease).thenApply(found -> found == Lookup.GRANTED);
    }
  }

  /** Grants a refresh though somebody else refreshes. */
  static final class RefreshReplacesRefresh extends ForwardingCacheStore {
    RefreshReplacesRefresh(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Lookup> refresh(
        String key, LeaseToken token, Duration lease, StoredValue.Timing seen, Duration early) {
      return store
          .refresh(key, token, lease, seen, early)
          .thenApply(
              found ->
                  found == Lookup.REFRESHING || found instanceof Lookup.Hit || found == Lookup.FRESH
                      ? Lookup.GRANTED
                      : found);
    }
  }

  /** An invalidation takes the value, and leaves the right of who is loading it anew. */
  static final class DropSparesRefreshes extends ForwardingCacheStore {
    private volatile boolean dropped;

    DropSparesRefreshes(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      dropped = true;
      return store.drop(key);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return store
          .fill(key, token, value, ttl)
          .thenCompose(filled -> filled || !dropped ? answer(filled) : store.put(key, value, ttl));
    }
  }

  /** Grants a lease though one stands. */
  static final class LeaseReplacesLease extends ForwardingCacheStore {
    LeaseReplacesLease(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      return store
          .lookup(key)
          .thenCompose(found -> found instanceof Lookup.Loading ? store.drop(key) : answer(false))
          .thenCompose(dropped -> store.lease(key, token, lease));
    }
  }

  static final class DropSkipped extends ForwardingCacheStore {
    DropSkipped(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return answer(true);
    }
  }

  /** As DEL would be if leases were kept apart from values. */
  static final class DropSparesLeases extends ForwardingCacheStore {
    DropSparesLeases(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return store
          .lookup(key)
          .thenCompose(found -> found instanceof Lookup.Loading ? answer(false) : store.drop(key));
    }
  }

  static final class IntentSkipped extends ForwardingCacheStore {
    IntentSkipped(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      return answer(true);
    }
  }

  /** A load that is under way when the mark is placed may still fill. */
  static final class IntentSparesLeases extends ForwardingCacheStore {
    IntentSparesLeases(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      return store
          .lookup(key)
          .thenCompose(
              found ->
                  found instanceof Lookup.Loading ? answer(true) : store.intent(key, token, ttl));
    }
  }

  /** Knows which marks were placed. */
  private abstract static class KnowsMarks extends OneLookupStore {
    private final Set<LeaseToken> marks = ConcurrentHashMap.newKeySet();

    KnowsMarks(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      marks.add(token);
      return store.intent(key, token, ttl);
    }

    /** Removes whatever is there. */
    final CompletionStage<Boolean> delete(String key) {
      CompletionStage<Boolean> last = store.drop(key);
      for (LeaseToken mark : marks) {
        last = store.release(key, mark);
      }
      marks.clear();
      return last.thenApply(released -> true);
    }
  }

  static final class LeaseReplacesMarks extends KnowsMarks {
    LeaseReplacesMarks(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      return store
          .lookup(key)
          .thenApply(found -> found instanceof Lookup.Writing ? Lookup.MISSING : found);
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      return store
          .lookup(key)
          .thenCompose(found -> found instanceof Lookup.Writing ? delete(key) : answer(false))
          .thenCompose(deleted -> store.lease(key, token, lease));
    }
  }

  static final class DropWipesMarks extends KnowsMarks {
    DropWipesMarks(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return delete(key);
    }
  }

  /** DEL instead of release: the marks of other writers go too. */
  static final class ReleaseDeletes extends KnowsMarks {
    ReleaseDeletes(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return delete(key);
    }
  }

  static final class ReleaseSkipped extends ForwardingCacheStore {
    ReleaseSkipped(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return answer(true);
    }
  }
}
