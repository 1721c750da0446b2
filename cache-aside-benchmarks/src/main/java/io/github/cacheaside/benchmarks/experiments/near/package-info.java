/**
 * How old near hits get while the connection that tells of changes is harmed.
 *
 * <p>Begin with {@link NearStaleExperiment}; {@link NearRun} is one subject under one {@link
 * NearFault}, a reader here and a writer elsewhere.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.near;

import org.jspecify.annotations.NullMarked;
