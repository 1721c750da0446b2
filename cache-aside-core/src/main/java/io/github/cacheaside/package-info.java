/**
 * What an application types: a {@link io.github.cacheaside.CacheAside} reads the store, on a miss
 * loads from the database under a lease, and fills the store.
 *
 * <p>Begin with {@link io.github.cacheaside.CacheAside} and {@link
 * io.github.cacheaside.CacheAsideBuilder}. Here are also policies ({@link
 * io.github.cacheaside.Ttl}, {@link io.github.cacheaside.Expiry}, {@link
 * io.github.cacheaside.CircuitBreaker}, {@link io.github.cacheaside.OriginLimiter}), answers
 * ({@link io.github.cacheaside.Read}, {@link io.github.cacheaside.Look}, {@link
 * io.github.cacheaside.Ticket}) and exceptions.
 *
 * <p>Behind it: {@code codec} turns values into bytes, {@code spi} is the seam to a store, {@code
 * redis} the store, {@code metrics} shows figures to Micrometer, and {@code engine} carries all
 * out; of the engine only the builder knows more than {@code engine.base}. For what may be changed
 * without touching the coherence protocol see docs/rooms.md.
 */
@NullMarked
package io.github.cacheaside;

import org.jspecify.annotations.NullMarked;
