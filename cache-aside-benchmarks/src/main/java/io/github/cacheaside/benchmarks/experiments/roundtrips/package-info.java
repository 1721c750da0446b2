/**
 * How often a call goes to Redis and back, also while slots of a cluster migrate. Begin with {@link
 * RoundtripsExperiment}.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.roundtrips;

import org.jspecify.annotations.NullMarked;
