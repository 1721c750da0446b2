/**
 * SQL results while rows are written: is any older than a write that was acknowledged, or never
 * committed?
 *
 * <p>Begin with {@link SqlRaceExperiment}: {@link Race} has readers and writers call a {@link
 * RaceSubject}. {@link RaceDao} is the code that knows no cache. {@link TransactionsExperiment} is
 * about what transactions see and leave behind, at each isolation level.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import org.jspecify.annotations.NullMarked;
