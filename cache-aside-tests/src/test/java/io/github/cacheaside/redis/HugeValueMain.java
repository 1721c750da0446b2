package io.github.cacheaside.redis;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads a key whose value is larger than the heap, and others; run by {@link HugeValueTest}. */
final class HugeValueMain {
  private HugeValueMain() {}

  /**
   * Reads.
   *
   * @param args the URI
   */
  public static void main(String[] args) {
    try (RedisCacheStore store = RedisCacheStore.connect(args[0])) {
      AtomicInteger loads = new AtomicInteger();
      CacheAside<Integer, String> cache =
          CacheAside.builder(store, "huge", Serializer.utf8())
              .storeTimeout(Duration.ofSeconds(1))
              .build(
                  (Integer id) -> {
                    loads.incrementAndGet();
                    return "loaded " + id;
                  });
      for (int id = 1; id <= 50; id++) {
        cache.put(id, "value " + id);
      }
      System.out.println("SINGLE " + cache.get(100).orElse("none") + " " + hits(cache, loads));
      List<Integer> all = new ArrayList<>(List.of(101));
      for (int id = 1; id <= 50; id++) {
        all.add(id);
      }
      System.out.println("BULK " + cache.getAll(all).get(101) + " " + hits(cache, loads));
      System.out.println("PLAIN " + plain(store) + " " + hits(cache, loads));
      System.out.println("HEALED " + healed(cache, 100) + ", " + healed(cache, 101));
    }
  }

  /** Whether the huge value makes room for the one that was loaded. */
  private static String healed(CacheAside<Integer, String> cache, int id) {
    long began = System.nanoTime();
    while (cache.peek(id).isEmpty()) {
      if (System.nanoTime() - began > 60_000_000_000L) {
        return id + " is not cached after a minute of reads";
      }
      cache.get(id);
    }
    return id + " is cached again";
  }

  private static String plain(RedisCacheStore store) {
    return CacheAside.builder(store.plain(), "huge", Serializer.utf8())
        .build((Integer id) -> "loaded " + id)
        .get(102)
        .orElse("none");
  }

  /** How long it takes until fifty reads of other keys are hits. */
  private static String hits(CacheAside<Integer, String> cache, AtomicInteger loads) {
    long began = System.nanoTime();
    while (true) {
      int before = loads.get();
      for (int id = 1; id <= 50; id++) {
        cache.get(id);
      }
      long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      if (loads.get() == before) {
        return "hits again, after " + millis + " ms";
      }
      if (millis > 30_000) {
        return "no hits in 30 s";
      }
    }
  }
}
