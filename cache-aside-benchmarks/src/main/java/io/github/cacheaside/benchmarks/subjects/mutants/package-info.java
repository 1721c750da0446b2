/**
 * Stores with one rule of the protocol broken each: {@link MutantStores}. Uses nothing of the other
 * packages.
 */
@NullMarked
package io.github.cacheaside.benchmarks.subjects.mutants;

import org.jspecify.annotations.NullMarked;
