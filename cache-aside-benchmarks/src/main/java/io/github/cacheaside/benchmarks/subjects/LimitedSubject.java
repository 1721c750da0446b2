package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.Health;
import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * This library as its documents advise for a database that has to live through an outage of Redis:
 * with an origin limiter, everything else by default. Lease mode.
 */
public final class LimitedSubject implements Subject {
  private static final long NEAR_ENTRIES = 10_000;

  /**
   * What may differ.
   *
   * @param name of the cache: subjects that share a Redis have different ones
   * @param limiter shared by the nodes of a run, as it is by the caches of an application; or null
   * @param near whether there is a near cache
   * @param mutation what becomes of the store
   */
  public record Options(
      String name,
      @Nullable OriginLimiter limiter,
      boolean near,
      UnaryOperator<CacheStore> mutation) {}

  private final Environment environment;
  private final CacheStore store;
  private final CacheAside<Long, Row> cache;

  public LimitedSubject(Environment environment, Options options) {
    this.environment = environment;
    this.store = options.mutation().apply(RedisCacheStore.connect(environment.redis()));
    CacheAsideBuilder<Object, Row> builder =
        CacheAside.builder(store, options.name(), Serializer.json(Row.class))
            .ttl(Ttl.from(row -> environment.ttl().get()))
            .leaseTime(environment.lease());
    OriginLimiter limiter = options.limiter();
    if (limiter != null) {
      builder.originLimiter(limiter);
    }
    if (options.near()) {
      builder.nearCache(NEAR_ENTRIES).nearMaxLag(NearSubjects.MAX_LAG);
    }
    this.cache = builder.build(environment.database()::read);
  }

  @Override
  public long get(long key) {
    return read(key).version();
  }

  @Override
  public Answer read(long key) {
    Read<Row> read = cache.read(key);
    return new Answer(NaiveSubject.version(read.value()), read.outcome() == Outcome.NEAR);
  }

  @Override
  public long write(long key) throws Exception {
    long version = environment.writes().commit(key);
    environment.writes().untilDone(() -> cache.invalidate(key));
    return version;
  }

  /** What Redis knows a row by. */
  public String storeKey(int key) {
    return cache.name() + ":" + key;
  }

  public Health health() {
    return cache.health();
  }

  /** How many invalidations the library has given up, which it never should. */
  public long givenUp() {
    return cache.stats().lostInvalidations();
  }

  @Override
  public void close() {
    store.close();
  }
}
