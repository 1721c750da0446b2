package io.github.cacheaside.benchmarks.workers;

import io.github.cacheaside.benchmarks.load.Stalls;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A place for a worker JVM; one that is killed is replaced while the others go on. */
public final class ReplacedWorker {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int STARTS = 3;

  /** Starts a JVM for this place. */
  @FunctionalInterface
  public interface Starter {
    WorkerProcess start() throws IOException;
  }

  private final Starter starter;
  private WorkerProcess worker;
  private boolean running;
  private long runsUntil;
  private @Nullable CompletableFuture<Void> arriving;

  public ReplacedWorker(Starter starter) throws IOException {
    this.starter = starter;
    this.worker = starter.start();
  }

  public void awaitReady() throws InterruptedException {
    worker.awaitReady();
  }

  public synchronized void run(long end) {
    runsUntil = end;
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis > 0) {
      worker.send("run " + millis);
      running = true;
    }
  }

  /** Kills the worker if it is running; says whether. */
  public synchronized boolean kill() throws InterruptedException {
    if (!running) {
      return false;
    }
    running = false;
    worker.kill();
    worker.close();
    arriving = CompletableFuture.runAsync(this::replace);
    return true;
  }

  private void replace() {
    try {
      WorkerProcess next = started();
      synchronized (this) {
        worker = next;
        run(runsUntil);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a killed worker can't be replaced", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A fault may hit a start as well, such as the end of a connection that is being made. */
  private WorkerProcess started() throws IOException, InterruptedException {
    for (int left = STARTS; ; left--) {
      WorkerProcess next = starter.start();
      try {
        next.awaitReady();
        return next;
      } catch (IllegalStateException e) {
        next.close();
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  /** Stops the JVM for a while, as a long pause of the machine would. */
  public void stopFor(long millis) throws IOException, InterruptedException {
    WorkerProcess stopped = current();
    stopped.pause();
    Stalls.sleepMillis(millis);
    stopped.resume();
  }

  private synchronized WorkerProcess current() {
    return worker;
  }

  /** Waits for the end of a run. */
  public void awaitRan() throws InterruptedException {
    CompletableFuture<Void> replacement = arrivingNow();
    if (replacement != null) {
      replacement.join();
    }
    synchronized (this) {
      arriving = null;
      if (running) {
        running = false;
        String answer = worker.answer(PATIENCE);
        if (!"ran".equals(answer)) {
          throw new IllegalStateException("a worker answers its run with " + answer);
        }
      }
    }
  }

  private synchronized @Nullable CompletableFuture<Void> arrivingNow() {
    return arriving;
  }

  /** Makes sure that a clock is as wrong as it should be. */
  public void checkClock(int hoursAhead) throws InterruptedException {
    long there = Long.parseLong(current().ask("clock", PATIENCE));
    long off = there - System.currentTimeMillis() - Duration.ofHours(hoursAhead).toMillis();
    if (Math.abs(off) > Duration.ofMinutes(5).toMillis()) {
      throw new IllegalStateException(
          "the clock of a worker should be "
              + hoursAhead
              + " h ahead, it is off by "
              + off
              + " ms");
    }
  }

  public void check() throws InterruptedException {
    current().ask("check", PATIENCE);
  }
}
