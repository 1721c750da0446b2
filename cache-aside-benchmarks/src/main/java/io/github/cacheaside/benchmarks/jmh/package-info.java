/**
 * Measurements by JMH, in nanoseconds and allocated bytes: {@code benchmarks.jar jmh -l} lists
 * them. {@link JmhCommand} hands the command line over; {@link NearCaches} is what near hits are
 * measured on.
 */
@NullMarked
package io.github.cacheaside.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
