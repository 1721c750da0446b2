/**
 * Random faults for long: nothing is stale, nothing is lost, nothing grows.
 *
 * <p>Begin with {@link SoakExperiment}; {@link SoakRun} uses callers and subjects of {@code
 * experiments.outage}. {@link LeakExperiment} looks at heap, threads and files in the same run.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.soak;

import org.jspecify.annotations.NullMarked;
