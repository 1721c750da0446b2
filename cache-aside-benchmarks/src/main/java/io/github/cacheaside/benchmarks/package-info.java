/** Experiments that show what the cache promises, side by side with its peers. */
@NullMarked
package io.github.cacheaside.benchmarks;

import org.jspecify.annotations.NullMarked;
