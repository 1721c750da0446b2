/**
 * Cache-aside done right: a {@link io.github.cacheaside.CacheAside} reads the store, on a miss
 * loads from the database under a lease, and fills the store.
 */
@NullMarked
package io.github.cacheaside;

import org.jspecify.annotations.NullMarked;
