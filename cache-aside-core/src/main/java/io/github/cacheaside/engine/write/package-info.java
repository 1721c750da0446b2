/**
 * What changes the cache: removals, puts, and the fences around writes to the database. Unlike a
 * read, each succeeds or says that it did not.
 *
 * <p>Begin with {@code Removals}; a failed invalidation is retried in {@code PendingRemovals}, and
 * {@code Fence} is the fenced write.
 */
@NullMarked
package io.github.cacheaside.engine.write;

import org.jspecify.annotations.NullMarked;
