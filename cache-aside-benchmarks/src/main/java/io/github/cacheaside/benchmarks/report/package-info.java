/**
 * From a result to a line, a file, a table and a chart. Knows nothing of caches and servers.
 *
 * <p>Begin with {@link Experiment}, what everything else is for, then {@link Result}, what it finds
 * of one subject, and {@link Figures}, the file of all results. {@link ExperimentSection} makes the
 * table of one experiment, {@link Charts} its pictures, {@link Overview} what is at the head of the
 * page on speed; {@link Markers} puts them where the Markdown asks for them.
 */
@NullMarked
package io.github.cacheaside.benchmarks.report;

import org.jspecify.annotations.NullMarked;
