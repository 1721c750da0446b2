/**
 * What SQL adds: invalidations that survive a writer that is killed.
 *
 * <p>Begin with {@link OutboxExperiment}; {@link OutboxWriter} is the JVM that it kills.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.sql;

import org.jspecify.annotations.NullMarked;
