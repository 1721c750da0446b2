/** What a miss costs beyond its load. Begin with {@link MissExperiment}. */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.miss;

import org.jspecify.annotations.NullMarked;
