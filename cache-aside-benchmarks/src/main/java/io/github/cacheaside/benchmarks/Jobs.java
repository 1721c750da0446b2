package io.github.cacheaside.benchmarks;

/** The kinds of workers. */
final class Jobs {
  static final String TRAFFIC = "traffic";

  private Jobs() {}

  static Worker.Job open(Setup setup) throws Exception {
    String kind = setup.text("job");
    return switch (kind) {
      case TRAFFIC -> new TrafficJob(setup);
      default -> throw new IllegalArgumentException("no such job: " + kind);
    };
  }
}
