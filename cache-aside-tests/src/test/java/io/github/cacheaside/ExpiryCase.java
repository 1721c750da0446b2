package io.github.cacheaside;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Values that grow old by a clock that the test moves, and refreshes that run when it says so. */
abstract class ExpiryCase extends CacheTest {
  static final Duration HARD = Duration.ofHours(1);
  static final Duration SOFT = Duration.ofMinutes(10);
  static final Duration THROTTLE = Duration.ofSeconds(30);
  static final Planet OLD = new Planet(3, "Earth");
  static final Planet NEW = new Planet(3, "Terra");
  static final Read<Planet> HIT = new Read<>(OLD, Outcome.HIT);
  static final Read<Planet> STALE = new Read<>(OLD, Outcome.STALE);

  volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  final InMemoryCacheStore store = new InMemoryCacheStore(() -> now);
  final Background background = new Background();
  final FailingLoader failing = new FailingLoader();

  /** Keeps tasks until the test runs them. */
  static final class Background implements Executor {
    final Queue<Runnable> tasks = new ArrayDeque<>();
    boolean full;

    @Override
    public void execute(Runnable task) {
      if (full) {
        throw new RejectedExecutionException("full");
      }
      tasks.add(task);
    }

    /** Runs them, and what they lead to; answers how many there were at first. */
    int runAll() {
      int count = tasks.size();
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
      return count;
    }
  }

  /** Fails while it is told to; perhaps late. */
  final class FailingLoader implements CacheLoader<Long, Planet> {
    final AtomicInteger calls = new AtomicInteger();
    final CountDownLatch mayFail = new CountDownLatch(1);
    final CountDownLatch called = new CountDownLatch(1);
    volatile boolean fails;
    volatile boolean slow;

    @Override
    public @Nullable Planet load(Long id) throws Exception {
      calls.incrementAndGet();
      if (fails) {
        called.countDown();
        if (slow && !mayFail.await(20, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody lets the loader fail");
        }
        throw new IllegalStateException("no database");
      }
      return table.load(id);
    }
  }

  CacheAsideBuilder<Object, Planet> builder(CacheStore store, Expiry expiry) {
    return builder(store).ttl(HARD).expiry(expiry).executor(background);
  }

  CacheAside<Long, Planet> cache(Expiry expiry, CacheLoader<Long, Planet> loader) {
    return builder(store, expiry).build(loader);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Waits until the clock of a real store has moved on by that much. */
  static void grow(CacheStore store, Duration time) {
    long until = store.millis() + time.toMillis();
    while (store.millis() < until) {
      Thread.onSpinWait();
    }
  }
}
