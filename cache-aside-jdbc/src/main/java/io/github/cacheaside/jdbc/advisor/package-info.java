/**
 * Tells which queries are worth a cache, and for how long; useful with no cache at all. {@link
 * io.github.cacheaside.jdbc.advisor.AdvisingDataSource} is where to begin.
 */
@NullMarked
package io.github.cacheaside.jdbc.advisor;

import org.jspecify.annotations.NullMarked;
