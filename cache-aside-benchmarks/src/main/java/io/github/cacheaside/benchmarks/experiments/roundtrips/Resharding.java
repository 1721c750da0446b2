package io.github.cacheaside.benchmarks.experiments.roundtrips;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.servers.SlotMover;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Callers of a real cluster of three nodes, whose slots migrate meanwhile. */
final class Resharding {
  private static final int KEYS = 200;

  /** It takes no longer, although no caller has noticed anything. */
  private static final int MOST_SECONDS = 60;

  private static final int CALLERS = 4;
  private static final int BATCH = 20;

  private final int seconds;
  private final MemoryDatabase database = new MemoryDatabase(KEYS);
  private final AtomicLongArray acked = new AtomicLongArray(KEYS);
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong stale = new AtomicLong();
  private volatile boolean over;

  Resharding(int seconds) {
    this.seconds = seconds;
  }

  void run(Result result) throws Exception {
    try (RedisCluster cluster = TestServers.newRedisCluster();
        SlotMover mover = new SlotMover(cluster);
        RedisCacheStore store = RedisCacheStore.connect(uri(cluster))) {
      CacheAside<Long, Row> cache =
          CacheAside.builder(store, "counter", Serializer.json(Row.class))
              .storeTimeout(Duration.ofSeconds(4))
              .build(database::read);
      long begin = System.nanoTime();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        SplittableRandom dice = new SplittableRandom(i);
        callers.add(new Thread(() -> callUntilOver(cache, dice), "caller-" + i));
      }
      callers.forEach(Thread::start);
      try {
        for (int key = 0; goesOn(begin, mover); key = (key + 1) % KEYS) {
          mover.move("counter:" + key);
        }
      } finally {
        over = true;
      }
      for (Thread caller : callers) {
        caller.join();
      }
      report(result, mover, cache.stats().storeFailures());
    }
  }

  /** On a busy machine a slot may move several times before a caller asks for it meanwhile. */
  private boolean goesOn(long begin, SlotMover mover) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
    return seconds < this.seconds || (seconds < MOST_SECONDS && mover.errors("ASK") == 0);
  }

  private void report(Result result, SlotMover mover, long storeFailures) {
    result
        .with("cluster_calls", calls.get())
        .with("slots_moved", mover.moved())
        .with("keys_moved", mover.keysMoved())
        .with("errors", errors.get())
        .with("crossslot", mover.errors("CROSSSLOT"))
        .with("ask", mover.errors("ASK"))
        .with("moved", mover.errors("MOVED"))
        .with("store_failures", storeFailures)
        .with("cluster_stale", stale.get())
        .must(errors.get() == 0, "no error reaches a caller while slots migrate")
        .must(mover.errors("CROSSSLOT") == 0, "no command spans slots")
        .must(stale.get() == 0, "nothing stale while slots migrate")
        .must(mover.errors("ASK") > 0, "the migration was noticed at all");
  }

  private static String uri(RedisCluster cluster) {
    return "redis-cluster://"
        + cluster.nodes().stream()
            .map(node -> node.host() + ":" + node.port())
            .collect(Collectors.joining(","));
  }

  private void callUntilOver(CacheAside<Long, Row> cache, SplittableRandom dice) {
    while (!over) {
      try {
        call(cache, dice);
      } catch (Exception e) {
        if (errors.incrementAndGet() <= 3) {
          e.printStackTrace();
        }
      }
      calls.incrementAndGet();
    }
  }

  private void call(CacheAside<Long, Row> cache, SplittableRandom dice) throws Exception {
    long key = dice.nextInt(KEYS);
    switch (dice.nextInt(10)) {
      case 0 -> {
        long version = database.write(key, Database.BeforeCommit.NOTHING);
        cache.invalidate(key);
        acked.accumulateAndGet((int) key, version, Math::max);
      }
      case 1 -> {
        long version =
            cache.write(List.of(key), () -> database.write(key, Database.BeforeCommit.NOTHING));
        acked.accumulateAndGet((int) key, version, Math::max);
      }
      case 2 -> {
        long first = dice.nextInt(KEYS - BATCH);
        int unused = cache.getAll(LongStream.range(first, first + BATCH).boxed().toList()).size();
      }
      default -> {
        long bound = acked.get((int) key);
        if (cache.get(key).map(Row::version).orElse(0L) < bound) {
          stale.incrementAndGet();
        }
      }
    }
  }
}
