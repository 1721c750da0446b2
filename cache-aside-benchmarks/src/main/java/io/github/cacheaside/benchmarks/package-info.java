/**
 * Experiments that show what the cache promises, side by side with its peers. Never published.
 *
 * <p>Here are the command line ({@link io.github.cacheaside.benchmarks.Main}), the list of the
 * experiments ({@link io.github.cacheaside.benchmarks.Experiments}) and what writes their figures
 * into the documents. Below are:
 *
 * <ul>
 *   <li>{@code experiments}: a package for each topic. Begin with {@code experiments.speed}, the
 *       simplest, or {@code experiments.coherence}, the most important.
 *   <li>{@code subjects}: the caches that are compared, ours, peers and mutants that must fail.
 *   <li>{@code load}: what calls them, measures and judges. {@code servers}: what they run against,
 *       and the harm that is done to it. {@code workers}: JVMs of their own.
 *   <li>{@code report}: results, files, tables and charts. {@code jmh}: measurements in
 *       nanoseconds.
 * </ul>
 *
 * <p>Imports go one way: experiments use all others; {@code workers} and {@code subjects} use
 * {@code servers} and {@code load}; {@code servers} uses {@code load}, which uses {@code report}.
 * {@code ArchitectureTest} watches that.
 */
@NullMarked
package io.github.cacheaside.benchmarks;

import org.jspecify.annotations.NullMarked;
