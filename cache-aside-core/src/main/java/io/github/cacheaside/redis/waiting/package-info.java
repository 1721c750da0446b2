/**
 * How a caller of the Redis store waits for its reply: asleep, or awake where a trial has shown
 * that to be quicker. Nothing but speed depends on it.
 *
 * <p>Begin with {@code BusyWait} and {@code Wakefulness}. No class here is API.
 */
@NullMarked
package io.github.cacheaside.redis.waiting;

import org.jspecify.annotations.NullMarked;
