package io.github.cacheaside.benchmarks;

import io.github.cacheaside.benchmarks.experiments.coherence.ClocksExperiment;
import io.github.cacheaside.benchmarks.experiments.coherence.CoherenceExperiment;
import io.github.cacheaside.benchmarks.experiments.coherence.FencedExperiment;
import io.github.cacheaside.benchmarks.experiments.coherence.TagsExperiment;
import io.github.cacheaside.benchmarks.experiments.expiry.ExpiryExperiment;
import io.github.cacheaside.benchmarks.experiments.failover.FailoverExperiment;
import io.github.cacheaside.benchmarks.experiments.herd.HerdExperiment;
import io.github.cacheaside.benchmarks.experiments.large.LargeExperiment;
import io.github.cacheaside.benchmarks.experiments.miss.MissExperiment;
import io.github.cacheaside.benchmarks.experiments.near.NearStaleExperiment;
import io.github.cacheaside.benchmarks.experiments.outage.FrozenExperiment;
import io.github.cacheaside.benchmarks.experiments.outage.OutageExperiment;
import io.github.cacheaside.benchmarks.experiments.roundtrips.RoundtripsExperiment;
import io.github.cacheaside.benchmarks.experiments.soak.LeakExperiment;
import io.github.cacheaside.benchmarks.experiments.soak.SoakExperiment;
import io.github.cacheaside.benchmarks.experiments.speed.RateExperiment;
import io.github.cacheaside.benchmarks.experiments.speed.ScaleExperiment;
import io.github.cacheaside.benchmarks.experiments.speed.SizesExperiment;
import io.github.cacheaside.benchmarks.experiments.speed.SpeedExperiment;
import io.github.cacheaside.benchmarks.experiments.spring.AnnotationsExperiment;
import io.github.cacheaside.benchmarks.experiments.sql.OutboxExperiment;
import io.github.cacheaside.benchmarks.experiments.sqlcoherence.SqlRaceExperiment;
import io.github.cacheaside.benchmarks.experiments.sqlcoherence.TransactionsExperiment;
import io.github.cacheaside.benchmarks.experiments.sqlspeed.SqlSpeedExperiment;
import io.github.cacheaside.benchmarks.experiments.tutorial.TutorialLoadExperiment;
import io.github.cacheaside.benchmarks.report.Experiment;
import java.util.List;
import java.util.stream.Stream;

/** The experiments by name. */
public final class Experiments {
  /** Those whose figures are in {@code docs/measured-coherence.md}. */
  static final List<Experiment> OF_COHERENCE =
      List.of(
          new CoherenceExperiment(),
          new FencedExperiment(),
          new HerdExperiment(),
          new ExpiryExperiment(),
          new RoundtripsExperiment(),
          new ClocksExperiment(),
          new TagsExperiment(),
          new AnnotationsExperiment(),
          new NearStaleExperiment());

  /** Those whose figures are in {@code docs/measured-speed.md}. */
  public static final List<Experiment> OF_SPEED =
      List.of(
          SpeedExperiment.hits(),
          new RateExperiment(),
          SpeedExperiment.virtual(),
          SpeedExperiment.async(),
          SpeedExperiment.near(),
          SpeedExperiment.bulk(),
          new MissExperiment(),
          new SizesExperiment(),
          new ScaleExperiment(),
          new TutorialLoadExperiment());

  /** Those whose figures are in {@code docs/measured-failures.md}. */
  static final List<Experiment> OF_FAILURES =
      List.of(
          new FrozenExperiment(),
          new OutageExperiment(),
          new SoakExperiment(),
          new LeakExperiment(),
          new FailoverExperiment());

  /** Those whose figures are in {@code docs/measured-sql.md}. */
  static final List<Experiment> OF_SQL =
      List.of(
          new SqlRaceExperiment(),
          new TransactionsExperiment(),
          new SqlSpeedExperiment(),
          new OutboxExperiment());

  /** Those that only judge: no document shows their figures. */
  static final List<Experiment> WITHOUT_FIGURES = List.of(new LargeExperiment());

  static final List<Experiment> ALL =
      Stream.of(OF_COHERENCE, OF_SPEED, OF_FAILURES, OF_SQL, WITHOUT_FIGURES)
          .flatMap(List::stream)
          .toList();

  private Experiments() {}

  public static Experiment named(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no such experiment: " + name + "; there are " + names()));
  }

  static List<String> names() {
    return names(ALL);
  }

  static List<String> names(List<Experiment> experiments) {
    return experiments.stream().map(Experiment::name).toList();
  }
}
