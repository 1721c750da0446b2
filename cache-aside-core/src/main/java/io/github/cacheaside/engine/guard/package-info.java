/**
 * What stands between the engine and all that can hang or fail: time-outs and the circuit breaker
 * around the store ({@code StoreGuard}), windows for large calls, threads, counts and the log.
 *
 * <p>Begin with {@code StoreGuard}. A store operation that changes nothing for its caller goes
 * through {@code StoreGuard.quietly}.
 */
@NullMarked
package io.github.cacheaside.engine.guard;

import org.jspecify.annotations.NullMarked;
