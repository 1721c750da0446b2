/**
 * One load for many callers in many JVMs, also when the one that loads is killed.
 *
 * <p>Begin with {@link HerdExperiment}; {@link HerdRun} is a run of one subject, {@link HerdJob}
 * what each JVM does in it.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.herd;

import org.jspecify.annotations.NullMarked;
