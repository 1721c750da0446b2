package io.github.cacheaside.benchmarks;

import java.util.List;

/** The experiments by name. */
final class Experiments {
  static final List<Experiment> ALL =
      List.of(
          new CoherenceExperiment(),
          new FencedExperiment(),
          new HerdExperiment(),
          new RoundtripsExperiment(),
          new ClocksExperiment(),
          new TagsExperiment());

  private Experiments() {}

  static Experiment named(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no such experiment: " + name + "; there are " + names()));
  }

  static List<String> names() {
    return ALL.stream().map(Experiment::name).toList();
  }
}
