package io.github.cacheaside.benchmarks.experiments.outage;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.LimitedSubject;
import io.github.cacheaside.benchmarks.subjects.NearSubjects;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.Lookup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What is left when Redis is well again and nobody reads or writes: first Redis itself is looked
 * at, then every node reads every key.
 */
public final class CheckAtRest {
  /** By then all that was queued must have been repeated: 20 seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration NEAR = NearSubjects.MAX_LAG.plusMillis(200);
  private static final long NOTHING = -1;
  private static final int MOST_FAILURES = 3;

  private final String redis;
  private final Callers callers;
  private final ObjectMapper json = new ObjectMapper();

  public CheckAtRest(String redis, Callers callers) {
    this.redis = redis;
    this.callers = callers;
  }

  /** Waits until nothing is queued any more, then looks at everything. */
  public void check() {
    awaitRepeated();
    Stalls.sleepMillis(NEAR.toMillis());
    if (callers.nodes().get(0) instanceof LimitedSubject ours) {
      checkRedis(ours);
    }
    callers.nodes().forEach(this::check);
  }

  /** A node that has not found its way back is not waited for with each key. */
  private void check(Subject node) {
    int failed = 0;
    for (int key = 0; key < callers.ledger().keys() && failed < MOST_FAILURES; key++) {
      failed += check(node, key) ? 0 : 1;
    }
  }

  /** Of peers nobody knows; they repeat nothing. */
  private void awaitRepeated() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (pending(callers) > 0) {
      if (System.nanoTime() - end > 0) {
        callers.tally().trouble(pending(callers) + " invalidations are still waiting");
        callers.tally().lost.add(pending(callers));
        return;
      }
      Stalls.sleepMillis(5);
    }
  }

  static int pending(Callers callers) {
    return callers.nodes().stream()
        .mapToInt(
            node -> node instanceof LimitedSubject own ? own.health().pendingInvalidations() : 0)
        .sum();
  }

  public static long givenUp(Callers callers) {
    return callers.nodes().stream()
        .mapToLong(node -> node instanceof LimitedSubject own ? own.givenUp() : 0)
        .sum();
  }

  /** An invalidation that failed and was repeated has left nothing old in Redis. */
  private void checkRedis(LimitedSubject ours) {
    try (RedisCacheStore store = RedisCacheStore.connect(redis)) {
      for (int key = 0; key < callers.ledger().keys(); key++) {
        if (callers.takeTold(key)) {
          long stored = stored(store, ours.storeKey(key));
          callers.tally().toldChecked.increment();
          callers
              .tally()
              .lost
              .add(stored != NOTHING && stored < callers.ledger().committed(key) ? 1 : 0);
        }
      }
    }
  }

  private long stored(RedisCacheStore store, String key) {
    Lookup found =
        store
            .lookup(key)
            .toCompletableFuture()
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
    if (!(found instanceof Lookup.Hit hit)) {
      return NOTHING;
    }
    try {
      return json.readValue(hit.value().payload(), Row.class).version();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean check(Subject node, int key) {
    try {
      long version = node.get(key);
      callers.tally().checked.increment();
      callers.tally().permanent.add(version < callers.ledger().committed(key) ? 1 : 0);
      return true;
    } catch (Exception e) {
      callers.tally().readErrors.increment();
      callers.tally().trouble("a read at rest: " + e);
      return false;
    }
  }
}
