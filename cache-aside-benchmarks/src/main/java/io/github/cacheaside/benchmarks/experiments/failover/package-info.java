/**
 * What is stale after a failover in which Redis lost invalidations that it had acknowledged.
 *
 * <p>Begin with {@link FailoverExperiment}; {@link FailoverRun} is one subject and one failover.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.failover;

import org.jspecify.annotations.NullMarked;
