/**
 * JVMs of their own, for what one JVM can't show: several instances of an application, one of which
 * is killed or stopped. Uses {@code servers} and {@code load}; the jobs are with their experiments.
 *
 * <p>Begin with {@link TestBed}, which has the servers and starts workers. {@link WorkerProcess} is
 * the side of the parent, {@link Worker} that of the child; {@link WorkerSetup} is what the child
 * is told.
 */
@NullMarked
package io.github.cacheaside.benchmarks.workers;

import org.jspecify.annotations.NullMarked;
