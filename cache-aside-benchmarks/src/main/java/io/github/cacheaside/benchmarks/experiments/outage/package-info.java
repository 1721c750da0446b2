/**
 * Redis is away or ill for long while its callers go on.
 *
 * <p>Begin with {@link OutageExperiment}; {@link OutageRun} is one subject and one {@link
 * OutageFault}. {@link Callers} read and write meanwhile, {@link CheckAtRest} looks at what is
 * left. {@link FrozenExperiment} shows what single reads pay.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.outage;

import org.jspecify.annotations.NullMarked;
