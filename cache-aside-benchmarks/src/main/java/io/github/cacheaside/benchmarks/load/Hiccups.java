package io.github.cacheaside.benchmarks.load;

/**
 * How much longer than it wants a thread of this process sleeps, at most: what a busy machine adds
 * to every age that is measured.
 */
public final class Hiccups {
  private static final long NAP_MILLIS = 5;

  private final Thread thread = new Thread(this::run, "hiccups");
  private volatile boolean over;
  private volatile long worst;

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!over) {
      long began = System.nanoTime();
      Stalls.sleepMillis(NAP_MILLIS);
      worst = Math.max(worst, System.nanoTime() - began - NAP_MILLIS * 1_000_000);
    }
  }

  public void stop() throws InterruptedException {
    over = true;
    thread.join();
  }

  /** Rounded up. */
  public long worstMillis() {
    return (long) Math.ceil(worst / 1e6);
  }
}
