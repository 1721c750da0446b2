package io.github.cacheaside.engine.base;

import io.github.cacheaside.CircuitBreaker;
import io.github.cacheaside.OriginLimiter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What keeps an ill store from the callers, and the callers from an ill database.
 *
 * @param limiter null if any number of loads may run at once
 * @param softTimeout after which a stale copy answers, or null
 * @param loadTimeout after which a load is not waited for any more, or null
 */
public record Protection(
    CircuitBreaker breaker,
    @Nullable OriginLimiter limiter,
    @Nullable Duration softTimeout,
    @Nullable Duration loadTimeout) {

  /** Whether loads are waited for until they end. */
  public boolean patient() {
    return softTimeout == null && loadTimeout == null;
  }
}
