package io.github.cacheaside.benchmarks.experiments.herd;

import io.github.cacheaside.benchmarks.load.Count;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.workers.WorkerProcess;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What becomes of a key whose loader dies or stands still (G6). */
final class LeaseHolders {
  private static final int KILLS = 5;
  private static final int STOPS = 10;
  private static final String STORE_KEY = "counter:" + HerdJob.KEY;
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final Duration LEASE_OF_KILLED = Duration.ofSeconds(1);
  private static final Duration LEASE_OF_STOPPED = Duration.ofMillis(300);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A round trip, a look every 32 ms, and two busy cores. */
  private static final Duration SLACK = Duration.ofMillis(60);

  private final HerdRun herd;

  LeaseHolders(HerdRun herd) {
    this.herd = herd;
  }

  /** Kills holders in the middle of a load while another JVM waits. */
  void kill(Result result) throws Exception {
    WorkerProcess waiter = herd.start(1, HerdRun.LOAD_MILLIS, TTL, LEASE_OF_KILLED);
    waiter.awaitReady();
    long longest = 0;
    for (int i = 0; i < KILLS; i++) {
      longest = Math.max(longest, killOnce(waiter, i));
    }
    result
        .with("holders_killed", KILLS)
        .with("lease_ms", LEASE_OF_KILLED.toMillis())
        .with("next_load_ms_max", longest)
        .must(
            longest <= LEASE_OF_KILLED.plus(SLACK).toMillis(),
            "the next load begins within the lease of a killed holder (G6)");
  }

  private long killOnce(WorkerProcess waiter, int round) throws Exception {
    WorkerProcess holder = herd.start(1, Duration.ofMinutes(1).toMillis(), TTL, LEASE_OF_KILLED);
    holder.awaitReady();
    herd.redis().sync().flushall();
    sendAndAwaitLoad(holder);
    waiter.send("get");
    Stalls.sleepMillis(100 + 150L * round);
    long killed = System.nanoTime();
    holder.kill();
    if (waiter.answer(PATIENCE) == null) {
      throw new IllegalStateException("nobody loads after the holder was killed");
    }
    return (herd.shared().mark(HerdJob.LOAD_BEGAN) - killed) / 1_000_000;
  }

  /** Stops holders for longer than their lease; what they load must not be cached. */
  void stop(Result result, boolean mustRefuse) throws Exception {
    WorkerProcess holder = herd.start(1, 250, TTL, LEASE_OF_STOPPED);
    WorkerProcess other = herd.start(1, 1, TTL, LEASE_OF_STOPPED);
    holder.awaitReady();
    other.awaitReady();
    int refused = 0;
    for (int i = 0; i < STOPS; i++) {
      refused += stopOnce(holder, i % 2 == 0 ? other : null) ? 1 : 0;
    }
    result.with("holders_stopped", STOPS).with("late_fills_refused", refused);
    if (mustRefuse) {
      result.must(refused == STOPS, "every late fill of a stopped holder is refused (G6)");
    } else {
      result.mustFail(refused < STOPS);
    }
  }

  private boolean stopOnce(WorkerProcess holder, @Nullable WorkerProcess other) throws Exception {
    herd.redis().sync().flushall();
    sendAndAwaitLoad(holder);
    Stalls.sleepMillis(50);
    holder.pause();
    Stalls.sleepMillis(LEASE_OF_STOPPED.toMillis() * 2);
    herd.shared().raiseVersion();
    if (other != null) {
      String unused = other.ask("get", PATIENCE);
      Stalls.sleepMillis(50);
    }
    String before = herd.redis().sync().get(STORE_KEY);
    holder.resume();
    if (holder.answer(PATIENCE) == null) {
      throw new IllegalStateException("the holder does not go on");
    }
    Stalls.sleepMillis(100);
    return Objects.equals(before, herd.redis().sync().get(STORE_KEY));
  }

  private void sendAndAwaitLoad(WorkerProcess holder) {
    long loads = herd.shared().total(Count.LOADS);
    holder.send("get");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (herd.shared().total(Count.LOADS) == loads) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("the holder does not load");
      }
      Stalls.sleepMillis(1);
    }
  }
}
