package io.github.cacheaside.benchmarks.experiments.spring;

import io.github.cacheaside.benchmarks.experiments.coherence.TrafficJob;
import io.github.cacheaside.benchmarks.subjects.annotated.AnnotatedSubject;
import io.github.cacheaside.benchmarks.workers.WorkerSetup;
import java.util.function.Consumer;

/** The same readers and writers, on a service with annotations. */
public final class AnnotatedJob extends TrafficJob {
  public AnnotatedJob(WorkerSetup setup, Consumer<String> answers) throws Exception {
    super(setup, AnnotatedSubject::open);
  }
}
