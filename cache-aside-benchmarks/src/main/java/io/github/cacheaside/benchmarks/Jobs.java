package io.github.cacheaside.benchmarks;

import java.util.function.Consumer;

/** The kinds of workers. */
final class Jobs {
  static final String TRAFFIC = "traffic";
  static final String STOPPED = "stopped";
  static final String HERD = "herd";

  private Jobs() {}

  static Worker.Job open(Setup setup, Consumer<String> answers) throws Exception {
    String kind = setup.text("job");
    return switch (kind) {
      case TRAFFIC -> new TrafficJob(setup);
      case HERD -> new HerdJob(setup);
      case STOPPED -> new StoppedJob(setup, answers);
      default -> throw new IllegalArgumentException("no such job: " + kind);
    };
  }
}
