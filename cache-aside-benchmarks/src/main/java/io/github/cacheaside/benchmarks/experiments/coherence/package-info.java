/**
 * No stale reads: several JVMs read and write while Redis and they themselves are harmed.
 *
 * <p>Begin with {@link CoherenceExperiment}. {@link TrafficRun} is the run that all share, {@link
 * TrafficJob} what each JVM does in it.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.coherence;

import org.jspecify.annotations.NullMarked;
