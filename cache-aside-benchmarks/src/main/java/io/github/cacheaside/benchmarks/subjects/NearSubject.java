package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.Lookup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * This library with a near cache, lease mode. Every third lookup is held up on its way back for up
 * to 20 ms, which is when a change of the key comes between.
 */
public final class NearSubject implements Subject {
  private final Environment environment;
  private final CacheStore store;
  private final CacheAside<Long, Row> cache;

  NearSubject(Environment environment) {
    this(environment, store -> store);
  }

  /** Over a store that may be a mutant of the real one. */
  NearSubject(Environment environment, UnaryOperator<CacheStore> mutation) {
    this.environment = environment;
    this.store = RedisCacheStore.connect(environment.redis());
    this.cache =
        CacheAside.builder(
                mutation.apply(new SlowLookups(store)), "counter", Serializer.json(Row.class))
            .ttl(environment.ttl().get())
            .nearCache(10L * NearSubjects.KEYS)
            .nearMaxLag(NearSubjects.MAX_LAG)
            .build(environment.database()::read);
  }

  @Override
  public long get(long key) {
    return cache.get(key).map(Row::version).orElse(0L);
  }

  @Override
  public long write(long key) throws Exception {
    long version = environment.writes().commit(key);
    environment.writes().untilDone(() -> cache.invalidate(key));
    return version;
  }

  /** How many of the reads so far were near hits. */
  public double nearShare() {
    CacheStats stats = cache.stats();
    long hits = stats.hits() + stats.nearHits();
    return hits + stats.misses() == 0 ? 0 : (double) stats.nearHits() / (hits + stats.misses());
  }

  @Override
  public void close() {
    store.close();
  }

  private static final class SlowLookups extends ForwardingCacheStore {
    private static final int EVERY = 3;
    private static final int LONGEST_MICROS = 20_000;

    SlowLookups(CacheStore original) {
      super(original);
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      return slow(super.lookup(key));
    }

    @Override
    public CompletionStage<Lookup> lookup(
        String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
      return slow(super.lookup(key, ifMissing));
    }

    private static CompletionStage<Lookup> slow(CompletionStage<Lookup> answer) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextInt(EVERY) > 0) {
        return answer;
      }
      Executor later =
          CompletableFuture.delayedExecutor(
              random.nextInt(LONGEST_MICROS), TimeUnit.MICROSECONDS, Runnable::run);
      return answer.thenApplyAsync(found -> found, later);
    }
  }
}
