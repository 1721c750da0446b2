/**
 * What changes the cache: removals, puts, and the fences around writes to the database. A failure
 * is thrown to the caller, never swallowed.
 *
 * <p>Begin with {@code Removals}; an invalidation that failed is kept and timed by {@code
 * PendingRemovals}, and repeated by {@code Removals.removeOne}. {@code Fence} is the fenced write.
 * ({@code UnreadableEntries} in {@code guard} is another matter: it removes what no reader can
 * use.)
 */
@NullMarked
package io.github.cacheaside.engine.write;

import org.jspecify.annotations.NullMarked;
