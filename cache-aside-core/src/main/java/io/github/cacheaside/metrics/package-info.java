/** Shows a cache's figures to Micrometer. */
@NullMarked
package io.github.cacheaside.metrics;

import org.jspecify.annotations.NullMarked;
