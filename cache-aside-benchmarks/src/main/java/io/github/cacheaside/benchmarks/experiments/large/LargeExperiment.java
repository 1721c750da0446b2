package io.github.cacheaside.benchmarks.experiments.large;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * Calls with a million keys, with default options: what becomes of the call, of its keys and of a
 * reader of another cache on the same connection; then the same while Redis stops for 2 s. The twin
 * sends all at once with one time-out.
 */
public final class LargeExperiment implements Experiment {
  static final String OURS = "cache-aside";
  static final String AT_ONCE = "all-at-once";

  private static final int KEYS_A_SECOND = 100_000;
  private static final long STOP_MILLIS = 2_000;
  private static final long PATIENCE_SECONDS = 300;
  private static final double MOST_SLOWER = 3;

  @Override
  public String name() {
    return "large";
  }

  @Override
  public String about() {
    return "getAll and invalidateAll of 1,000,000 keys (100,000 for each of --seconds)";
  }

  @Override
  public List<String> subjects() {
    return List.of(OURS, AT_ONCE);
  }

  @Override
  public int defaultSeconds() {
    return 10;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("keys", "{keys}"),
        new Column("call", "{ms} ms"),
        new Column("reader beside it: median", "{p50_ms} ms"),
        new Column("99 %", "{p99_ms} ms"),
        new Column("its loads", "{loads}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    int keys = plan.seconds() * KEYS_A_SECOND;
    for (String subject : plan.subjects()) {
      try (RedisServer redis = TestServers.newRedis();
          RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
        if (subject.equals(OURS)) {
          new Run(keys, redis, store, plan, results).run();
        } else {
          results.accept(atOnce(keys, store));
        }
      }
    }
  }

  private Result atOnce(int keys, RedisCacheStore store) {
    List<CompletableFuture<Boolean>> sent = new ArrayList<>(keys);
    for (long key = 0; key < keys; key++) {
      sent.add(store.drop("number:" + key).toCompletableFuture().copy());
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
            .orTimeout(100, TimeUnit.MILLISECONDS);
    boolean failed = all.handle((done, failure) -> failure != null).join();
    long refused = sent.stream().filter(one -> !answered(one)).count();
    return new Result(name(), AT_ONCE)
        .with("keys", keys)
        .with("not_removed_in_time", refused)
        .mustFail(failed);
  }

  private static boolean answered(CompletableFuture<?> one) {
    return one.isDone() && !one.isCompletedExceptionally();
  }

  /** One Redis, one cache with many keys and one with a reader. */
  private static final class Run {
    private final List<Long> keys;
    private final RedisServer redis;
    private final RedisCacheStore store;
    private final Plan plan;
    private final Consumer<Result> results;
    private final CacheAside<Long, String> cache;
    private volatile String version = "a";

    Run(int count, RedisServer redis, RedisCacheStore store, Plan plan, Consumer<Result> results) {
      this.keys = LongStream.range(0, count).boxed().toList();
      this.redis = redis;
      this.store = store;
      this.plan = plan;
      this.results = results;
      this.cache =
          CacheAside.builder(store, "number", Serializer.utf8()).build((Long key) -> version + key);
    }

    /** What is done while the reader reads. */
    private interface Step {
      void run() throws Exception;
    }

    void run() throws Exception {
      measure("warm-up", () -> warmUp()); // compiles what runs; not judged
      LargeReader alone = measure("reader alone", () -> TimeUnit.SECONDS.sleep(10));
      LargeReader again = measure("reader alone, again", () -> TimeUnit.SECONDS.sleep(10));
      double p99 = Math.max(alone.latencies().millis(0.99), again.latencies().millis(0.99));
      judged("getAll cold", p99, () -> requireAll("a"));
      TimeUnit.SECONDS.sleep(1);
      long hits = cache.stats().hits();
      judged("getAll warm", p99, () -> requireAll("a"))
          .must(cache.stats().hits() - hits == keys.size(), "everything was cached");
      version = "b";
      judged("invalidateAll", p99, () -> cache.invalidateAll(keys));
      judged("getAll after it", p99, () -> requireAll("b"));
      stopped();
    }

    private void warmUp() {
      List<Long> some = keys.subList(0, Math.min(keys.size(), 20_000));
      for (int i = 0; i < 5; i++) {
        cache.getAll(some);
        cache.invalidateAll(some);
      }
    }

    private void requireAll(String wanted) {
      Map<Long, String> found = cache.getAll(keys);
      if (found.size() != keys.size()
          || !found.values().stream().allMatch(value -> value.startsWith(wanted))) {
        throw new IllegalStateException("values are missing or old");
      }
    }

    private LargeReader measure(String what, Step step) throws Exception {
      plan.progress().accept(what);
      try (LargeReader reader = new LargeReader(store)) {
        step.run();
        return reader;
      }
    }

    private Result judged(String what, double alone, Step step) throws Exception {
      long began = System.nanoTime();
      String[] failure = {""};
      LargeReader reader =
          measure(
              what,
              () -> {
                try {
                  step.run();
                } catch (RuntimeException e) {
                  failure[0] = e.toString();
                }
              });
      Result result =
          row(what, began, reader)
              .with("alone_p99_ms", alone)
              .with("failure", failure[0])
              .must(failure[0].isEmpty(), "no exception")
              .must(reader.loads() == 0, "no load of the other cache")
              .must(
                  reader.latencies().millis(0.99) <= MOST_SLOWER * alone,
                  "the reader's p99 is at most 3 times that of one alone");
      results.accept(result);
      return result;
    }

    private Result row(String what, long began, LargeReader reader) {
      return new Result("large", OURS)
          .at(what)
          .with("keys", keys.size())
          .with("ms", (System.nanoTime() - began) / 1_000_000)
          .with("reads", reader.latencies().size())
          .with("p50_ms", reader.latencies().millis(0.5))
          .with("p99_ms", reader.latencies().millis(0.99))
          .with("loads", reader.loads());
    }

    /** Redis stops in the middle of an invalidation: nothing old is left. */
    private void stopped() throws Exception {
      version = "c";
      long began = System.nanoTime();
      int[] failed = {0};
      LargeReader reader =
          measure(
              "invalidateAll, Redis stopped",
              () -> {
                CompletableFuture<Void> call = cache.async().invalidateAll(keys);
                awaitHalf(call);
                redis.pause();
                TimeUnit.MILLISECONDS.sleep(STOP_MILLIS);
                redis.resume();
                call.handle(
                        (done, failure) -> {
                          failed[0] = failure instanceof CacheStoreException ? 1 : 0;
                          return null;
                        })
                    .join();
                awaitNothingPending();
              });
      CacheStats stats = cache.stats();
      boolean fresh = true;
      try {
        requireAll("c");
      } catch (IllegalStateException e) {
        fresh = false;
      }
      results.accept(
          row("invalidateAll with Redis stopped for 2 s", began, reader)
              .with("threw", failed[0])
              .with("pending", stats.pendingInvalidations())
              .with("lost", stats.lostInvalidations())
              .must(stats.pendingInvalidations() == 0, "all retries are done")
              .must(stats.lostInvalidations() == 0, "no invalidation is lost")
              .must(fresh, "no old value remains"));
    }

    private void awaitHalf(CompletableFuture<Void> call) throws InterruptedException {
      RedisClient client = RedisClient.create(redis.uri());
      try (var connection = client.connect()) {
        while (!call.isDone() && connection.sync().dbsize() > keys.size() / 2) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
      } finally {
        client.shutdown();
      }
    }

    private void awaitNothingPending() throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (cache.stats().pendingInvalidations() > 0 && System.nanoTime() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }
}
