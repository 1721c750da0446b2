/** Calls with a million keys, and what they do to others. Begin with {@link LargeExperiment}. */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.large;

import org.jspecify.annotations.NullMarked;
