/**
 * How fast hits are.
 *
 * <p>Begin with {@link SpeedExperiment}, closed loops at several numbers of threads, and {@link
 * RateExperiment}, fixed rates. {@link SizesExperiment} varies the value, {@link ScaleExperiment}
 * the keys and the surroundings.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.speed;

import org.jspecify.annotations.NullMarked;
