/**
 * How caches take part in the transaction of the thread, and what loads run outside of. No API:
 * public only for the package above.
 *
 * <p>{@link io.github.cacheaside.spring.transactions.CurrentTransaction} is what caches ask and
 * tell, each as a {@link io.github.cacheaside.spring.transactions.Participant}. {@link
 * io.github.cacheaside.spring.transactions.TransactionChanges} has what one transaction has
 * changed, and fences it around the commit: begin here. {@link
 * io.github.cacheaside.spring.transactions.Isolation} is around each load: {@link
 * io.github.cacheaside.spring.transactions.TransactionIsolation} suspends the transaction and
 * unbinds sessions, {@link io.github.cacheaside.spring.transactions.ObservedLoad} observes. This
 * room uses the core and Spring, and nothing of the package above.
 */
@NullMarked
package io.github.cacheaside.spring.transactions;

import org.jspecify.annotations.NullMarked;
