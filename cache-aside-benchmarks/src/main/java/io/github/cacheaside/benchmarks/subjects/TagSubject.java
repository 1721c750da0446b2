package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.Set;

/**
 * This library where a write never names its key: it invalidates a tag that an eighth of the keys
 * share. So an entry that survives its tag is a stale read.
 */
final class TagSubject implements Subject {
  private static final int GROUPS = 8;
  private static final String NAME = "counter";

  private final Environment environment;
  private final CacheStore store;
  private final CacheAside<Long, Row> cache;

  private TagSubject(Environment environment, CacheStore store, boolean byValue) {
    this.environment = environment;
    this.store = store;
    CacheAsideBuilder<Object, Row> builder =
        CacheAside.builder(store, NAME, Serializer.json(Row.class))
            .ttl(Ttl.from(row -> environment.ttl().get()))
            .absentTtl(Duration.ofMinutes(10))
            .leaseTime(environment.lease());
    this.cache =
        byValue
            ? builder
                .tagsOfValue(row -> Set.of(group(row.key())))
                .build((Long key) -> environment.database().read(key))
            : builder
                .tagsOfKey((Long key) -> Set.of(group(key)))
                .build((Long key) -> environment.database().read(key));
  }

  static Subject ofKey(Environment environment) {
    return new TagSubject(environment, RedisCacheStore.connect(environment.redis()), false);
  }

  static Subject ofValue(Environment environment) {
    return new TagSubject(environment, RedisCacheStore.connect(environment.redis()), true);
  }

  /** The generations of a value are those at the time of the fill, not of the load. */
  static Subject lateGenerations(Environment environment) {
    CacheStore original = RedisCacheStore.connect(environment.redis());
    return new TagSubject(environment, MutantStores.lateGenerations(NAME).apply(original), false);
  }

  static String group(long key) {
    return "group-" + key % GROUPS;
  }

  @Override
  public long get(long key) {
    return cache.get(key).map(Row::version).orElse(0L);
  }

  @Override
  public long write(long key) throws Exception {
    long version = environment.writes().commit(key);
    environment.writes().untilDone(() -> cache.invalidateTag(group(key)));
    return version;
  }

  @Override
  public void close() {
    store.close();
  }
}
