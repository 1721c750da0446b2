package com.example.consumer;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Compression;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.github.cacheaside.redis.RedisCacheStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** What an application does with caches, once with each thing that needs a library. */
final class Tour {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RedisCacheStore redis;
  private final RedisCacheStore other;
  private final Map<Long, Planet> rows = new ConcurrentHashMap<>();
  private final AtomicInteger loads = new AtomicInteger();

  Tour(RedisCacheStore redis, RedisCacheStore other) {
    this.redis = redis;
    this.other = other;
  }

  /** By name, for this must also compile where Jackson 3 is not there. */
  @SuppressWarnings("unchecked")
  private static Serializer<Planet> byJackson3() {
    try {
      return (Serializer<Planet>)
          Class.forName("io.github.cacheaside.codec.Jackson3")
              .getMethod("json", Class.class)
              .invoke(null, Planet.class);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  record Planet(long id, String name, LocalDate discovered) {}

  void run() throws Exception {
    for (long id = 1; id <= 100; id++) {
      rows.put(id, planet(id, "planet " + id));
    }
    missHitInvalidate();
    fencedWrite();
    manyAtOnceAsynchronously();
    nearCacheThatIsTold();
  }

  private static Planet planet(long id, String name) {
    return new Planet(id, name, LocalDate.of(1781, 3, 13));
  }

  private Planet load(long id) {
    loads.incrementAndGet();
    return rows.get(id);
  }

  private CacheAside<Long, Planet> cache(RedisCacheStore store, String name) {
    boolean three = name.equals("zstd") && ClassPath.hasJackson3();
    return CacheAside.builder(
            store, name, three ? byJackson3() : Serializer.json(Planet.class))
        .compression(name.contains("zstd") ? Compression.zstd().from(0) : Compression.lz4().from(0))
        .storeTimeout(Duration.ofSeconds(4))
        .build(this::load);
  }

  private void missHitInvalidate() {
    for (String name : List.of("zstd", "lz4")) {
      CacheAside<Long, Planet> planets = cache(redis, name);
      CacheAsideMetrics.monitor(new SimpleMeterRegistry(), planets);
      int before = loads.get();
      check(planets.get(3L).orElseThrow().equals(rows.get(3L)), "a miss");
      eventually(() -> planets.peek(3L).isPresent(), "a fill");
      check(planets.get(3L).orElseThrow().equals(rows.get(3L)), "a hit");
      check(loads.get() == before + 1, "one load");
      rows.put(3L, planet(3, "Terra " + name));
      planets.invalidate(3L);
      check(planets.get(3L).orElseThrow().name().equals("Terra " + name), "an invalidation");
      check(planets.get(1_000L).isEmpty(), "no such row");
    }
  }

  private void fencedWrite() throws Exception {
    CacheAside<Long, Planet> planets = cache(redis, "fenced");
    CacheAside<Long, Planet> elsewhere = cache(other, "fenced");
    check(elsewhere.get(4L).isPresent(), "a miss elsewhere");
    planets.write(List.of(4L), () -> rows.put(4L, planet(4, "Mars")));
    check(elsewhere.get(4L).orElseThrow().name().equals("Mars"), "a fenced write");
  }

  private void manyAtOnceAsynchronously() throws Exception {
    CacheAside<Long, Planet> planets = cache(redis, "async");
    List<Long> ids = List.copyOf(rows.keySet());
    check(planets.getAll(ids).equals(rows), "a bulk miss");
    eventually(() -> planets.peek(100L).isPresent(), "a bulk fill");
    var found = planets.async().getAll(ids).toCompletableFuture().get(30, TimeUnit.SECONDS);
    check(found.equals(rows), "an asynchronous bulk hit");
  }

  /** Only where Redis tells of changes are near hits counted. */
  private void nearCacheThatIsTold() {
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "near", Serializer.json(Planet.class))
            .storeTimeout(Duration.ofSeconds(4))
            .nearCache(1_000)
            .nearTtl(Duration.ofMinutes(10))
            .nearMaxLag(Duration.ofMinutes(10)) // so that only what Redis tells can end it earlier
            .build(this::load);
    CacheAside<Long, Planet> elsewhere = cache(other, "near");
    eventually(
        () -> planets.get(5L).isPresent() && planets.stats().nearHits() > 0, "a near hit");
    rows.put(5L, planet(5, "Jupiter"));
    elsewhere.invalidate(5L);
    eventually(
        () -> planets.get(5L).orElseThrow().name().equals("Jupiter"), "news for the near cache");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " is not what it should be");
    }
  }

  private static void eventually(BooleanSupplier holds, String what) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      check(System.nanoTime() - end < 0, what);
      Thread.onSpinWait();
    }
  }
}
