/**
 * An outbox for invalidations: rows that a transaction writes beside its own, so that what it has
 * changed is invalidated even if the process dies right after the commit. {@link
 * io.github.cacheaside.jdbc.outbox.Outbox} is where to begin.
 */
@NullMarked
package io.github.cacheaside.jdbc.outbox;

import org.jspecify.annotations.NullMarked;
