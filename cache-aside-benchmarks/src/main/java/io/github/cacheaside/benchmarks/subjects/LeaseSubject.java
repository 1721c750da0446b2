package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.CacheListener;
import io.github.cacheaside.CircuitBreaker;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.function.Function;

/** This library in lease mode: write the database, commit, invalidate. */
public final class LeaseSubject implements Subject {
  private final Environment environment;
  private final CacheStore store;
  private final CacheAside<Long, Row> cache;

  public LeaseSubject(Environment environment) {
    this(environment, store -> store);
  }

  /** Over a store that may be a mutant of the real one. */
  public LeaseSubject(Environment environment, Function<CacheStore, CacheStore> mutation) {
    this(environment, mutation, CircuitBreaker.create());
  }

  private LeaseSubject(
      Environment environment, Function<CacheStore, CacheStore> mutation, CircuitBreaker breaker) {
    this.environment = environment;
    this.store = RedisCacheStore.connect(environment.redis());
    this.cache =
        options(environment, mutation.apply(store), breaker).build(environment.database()::read);
  }

  /** Waits for an ill Redis with each read. */
  static LeaseSubject withoutBreaker(Environment environment) {
    return new LeaseSubject(environment, store -> store, CircuitBreaker.off());
  }

  private LeaseSubject(Environment environment, long near) {
    this.environment = environment;
    this.store = RedisCacheStore.connect(environment.redis());
    this.cache =
        options(environment, store, CircuitBreaker.create())
            .nearCache(near)
            .build(environment.database()::read);
  }

  /** With a near cache of this many entries. */
  static LeaseSubject near(Environment environment, long entries) {
    return new LeaseSubject(environment, entries);
  }

  public static CacheAside<Long, Row> cache(Environment environment, CacheStore store) {
    return options(environment, store, CircuitBreaker.create()).build(environment.database()::read);
  }

  private static CacheAsideBuilder<Object, Row> options(
      Environment environment, CacheStore store, CircuitBreaker breaker) {
    return CacheAside.builder(store, "counter", Serializer.json(Row.class))
        .ttl(Ttl.from(row -> environment.ttl().get()))
        .absentTtl(Duration.ofMinutes(10))
        .leaseTime(environment.lease())
        .fenceTime(environment.intent())
        .circuitBreaker(breaker)
        .listener(
            new CacheListener() {
              @Override
              public void onFenceLost(String name, int keys) {
                environment.writes().fenceLost();
              }
            });
  }

  public CacheAside<Long, Row> cache() {
    return cache;
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

  @Override
  public void close() {
    store.close();
  }
}
