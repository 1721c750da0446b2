package io.github.cacheaside.examples.spring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Readers and writers of an application, and a checker: an answer is stale if it is older than a
 * change that had returned before the read began.
 */
final class Load {
  private static final int READERS = 4;
  private static final int WRITERS = 2;
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(10);
  private static final Duration REST = Duration.ofMillis(300);

  private final List<Thing> things;
  private final AtomicLongArray acknowledged;
  private final LongAdder answers = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile boolean over;

  Load(List<Thing> things) {
    this.things = things;
    this.acknowledged = new AtomicLongArray(things.size());
  }

  /**
   * What happened.
   *
   * @param stale answers that were too old
   * @param atRest things that were answered too old when nothing was changed any more
   * @param failed reads and writes that threw
   */
  record Seen(double perSecond, long answers, long writes, long stale, long atRest, long failed) {}

  Seen run(Duration time) throws InterruptedException {
    for (Thing thing : things) {
      Object unused = thing.read().get(); // so an eviction that is missing is seen at rest
    }
    long began = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      threads.add(new Thread(this::readUntilOver, "reader-" + i));
    }
    for (int i = 0; i < WRITERS; i++) {
      threads.add(new Thread(this::writeUntilOver, "writer-" + i));
    }
    threads.forEach(thread -> thread.setDaemon(true));
    threads.forEach(Thread::start);
    Thread.sleep(time.toMillis());
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Thread.sleep(REST.toMillis());
    long atRest = things.stream().filter(Load::isStaleAtRest).count();
    return new Seen(
        answers.sum() / seconds, answers.sum(), writes.sum(), stale.sum(), atRest, failed.sum());
  }

  private static boolean isStaleAtRest(Thing thing) {
    return thing.read().get().version() < thing.version().getAsLong();
  }

  private int any() {
    return ThreadLocalRandom.current().nextInt(things.size());
  }

  private void readUntilOver() {
    do {
      int chosen = any();
      long known = acknowledged.get(chosen);
      try {
        if (things.get(chosen).read().get().version() < known) {
          stale.increment();
        }
        answers.increment();
      } catch (RuntimeException | Error e) {
        failed.increment();
      }
    } while (!over);
  }

  private void writeUntilOver() {
    try {
      do {
        int chosen = any();
        try {
          long version = things.get(chosen).change().getAsLong();
          acknowledged.accumulateAndGet(chosen, version, Math::max);
          writes.increment();
        } catch (RuntimeException | Error e) {
          failed.increment();
        }
        Thread.sleep(BETWEEN_WRITES.toMillis());
      } while (!over);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
