/** Services with Spring's annotations over the cache managers of this library and of others. */
@NullMarked
package io.github.cacheaside.benchmarks.subjects.annotated;

import org.jspecify.annotations.NullMarked;
