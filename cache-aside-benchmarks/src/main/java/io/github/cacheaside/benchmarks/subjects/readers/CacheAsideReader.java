package io.github.cacheaside.benchmarks.subjects.readers;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** This library, its values in Redis or in the process as well. */
final class CacheAsideReader implements Reader {
  private static final Duration TTL = Duration.ofHours(1);
  private static final Serializer<Row> JSON = Serializer.json(Row.class);

  private final RedisCacheStore store;
  private final CacheAside<Long, Row> cache;

  CacheAsideReader(String uri, Data data, boolean near) throws Exception {
    this.store = RedisCacheStore.connect(uri);
    String name = near ? "near" : "ours";
    CacheAsideBuilder<Object, Row> builder =
        CacheAside.builder(store, name, JSON).ttl(TTL).storeTimeout(Duration.ofSeconds(5));
    this.cache =
        (near ? builder.nearCache(10L * data.keys()).nearTtl(TTL) : builder)
            .build((Long key) -> data.row(key));
    fill(name, data);
    while (hitsOfOnePass(data, near) < data.keys()) {
      Thread.onSpinWait(); // until Redis has it, and tells of changes
    }
  }

  private void fill(String name, Data data) throws Exception {
    for (List<Long> some : data.chunks()) {
      List<CompletableFuture<Boolean>> sent = new ArrayList<>(some.size());
      for (long key : some) {
        StoredValue value = StoredValue.of(JSON.serialize(data.row(key)));
        sent.add(store.put(name + ":" + key, value, TTL).toCompletableFuture());
      }
      for (CompletableFuture<Boolean> each : sent) {
        boolean unused = each.get();
      }
    }
  }

  private long hitsOfOnePass(Data data, boolean near) {
    long before = hits(near);
    for (List<Long> some : data.chunks()) {
      int unused = cache.getAll(some).size();
    }
    return hits(near) - before;
  }

  private long hits(boolean near) {
    CacheStats stats = cache.stats();
    return near ? stats.nearHits() : stats.hits();
  }

  @Override
  public Row read(long key) {
    return cache.get(key).orElseThrow();
  }

  @Override
  public CompletionStage<Row> readAsync(long key) {
    return cache.async().get(key).thenApply(Optional::orElseThrow);
  }

  @Override
  public Collection<Row> readAll(List<Long> keys) {
    return cache.getAll(keys).values();
  }

  @Override
  public void close() {
    store.close();
  }
}
