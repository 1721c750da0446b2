/**
 * What a cache gains an application that reads and writes a real table. Begin with {@link
 * TutorialLoadExperiment}; {@link TutorialVerdict} says what has to be true.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.tutorial;

import org.jspecify.annotations.NullMarked;
