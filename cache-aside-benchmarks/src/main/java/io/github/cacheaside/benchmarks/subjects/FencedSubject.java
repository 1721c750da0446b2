package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** This library in fenced mode: mark, write the database, commit, release. */
public final class FencedSubject implements Subject {
  private final Environment environment;
  private final CrashingStore store;
  private final CacheAside<Long, Row> cache;

  public FencedSubject(Environment environment) {
    this(environment, store -> store);
  }

  /** Over a store that may be a mutant of the real one. */
  public FencedSubject(Environment environment, Function<CacheStore, CacheStore> mutation) {
    this.environment = environment;
    this.store = new CrashingStore(mutation.apply(RedisCacheStore.connect(environment.redis())));
    this.cache = LeaseSubject.cache(environment, store);
  }

  @Override
  public long get(long key) {
    return cache.get(key).map(Row::version).orElse(0L);
  }

  @Override
  public long write(long key) throws Exception {
    while (true) {
      try {
        return cache.write(List.of(key), () -> commit(key));
      } catch (CacheStoreException e) {
        environment.writes().retried(); // it can't be fenced, so it has not begun
      }
    }
  }

  private long commit(long key) throws Exception {
    try {
      return environment.writes().commit(key);
    } catch (Writes.Abandoned e) {
      store.crash();
      throw e;
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /** Ends writes as a crash does: nothing of theirs reaches the store any more. */
  private static final class CrashingStore extends ForwardingCacheStore {
    private static final ThreadLocal<LeaseToken> LAST = new ThreadLocal<>();

    private final Set<LeaseToken> crashed = ConcurrentHashMap.newKeySet();

    CrashingStore(CacheStore original) {
      super(original);
    }

    /** The write that runs on this thread is no more. */
    void crash() {
      crashed.add(LAST.get());
    }

    @Override
    public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
      LAST.set(token);
      return crashed.contains(token)
          ? CompletableFuture.completedFuture(true)
          : super.intent(key, token, ttl);
    }

    @Override
    public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
      return crashed.contains(token)
          ? CompletableFuture.completedFuture(true)
          : super.renewIntent(key, token, ttl);
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return crashed.contains(token)
          ? CompletableFuture.completedFuture(true)
          : super.release(key, token);
    }
  }
}
