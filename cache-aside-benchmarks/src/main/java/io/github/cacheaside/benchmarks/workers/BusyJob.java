package io.github.cacheaside.benchmarks.workers;

import java.util.List;
import java.util.function.Consumer;

/** A worker that takes all of a processor that it can get, as another application may. */
public final class BusyJob implements Worker.Job {
  private volatile boolean over;

  public BusyJob(WorkerSetup setup, Consumer<String> answers) {
    Thread thread = new Thread(this::burn, "busy");
    thread.setDaemon(true);
    thread.start();
  }

  private void burn() {
    double x = 1;
    while (!over && x > 0) {
      x = Math.sin(x) + 2;
    }
  }

  @Override
  public String obey(List<String> words) {
    throw new IllegalArgumentException("no such command: " + words);
  }

  @Override
  public void close() {
    over = true;
  }
}
