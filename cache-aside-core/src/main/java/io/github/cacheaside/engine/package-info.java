/**
 * Wires the classes of one cache together ({@code Assembly}) and answers its calls ({@code
 * DefaultCacheAside}): each call of the application becomes a walk downwards.
 *
 * <ul>
 *   <li>{@code read}: near cache, store, answer; what is missing goes to
 *   <li>{@code load}: single flight, lease, loader, fill; also reloads in the background
 *   <li>{@code write}: removals, puts, fences
 *   <li>{@code entry}: what lies under a key: value, tags, age; read, judged, kept near, filled
 *   <li>{@code guard}: time-outs, the circuit breaker, counts, threads
 *   <li>{@code base}: what all of them use
 * </ul>
 *
 * <p>Begin with {@code Assembly}, which shows what is given to whom. No class here is API; a test
 * keeps other modules out, and one sees to it that a room imports no room above it.
 */
@NullMarked
package io.github.cacheaside.engine;

import org.jspecify.annotations.NullMarked;
