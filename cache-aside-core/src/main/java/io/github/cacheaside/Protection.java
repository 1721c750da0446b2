package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/** What keeps an ill store from the callers, and the callers from an ill database. */
record Protection(CircuitBreaker breaker, @Nullable OriginLimiter limiter) {}
