/** Shows the figures of this module to Micrometer. */
@NullMarked
package io.github.cacheaside.jdbc.metrics;

import org.jspecify.annotations.NullMarked;
