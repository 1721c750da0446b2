/** Does what is promised hold behind Spring's annotations too? */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.spring;

import org.jspecify.annotations.NullMarked;
