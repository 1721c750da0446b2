package io.github.cacheaside.engine.base;

import io.github.cacheaside.Ttl;
import java.time.Duration;

/** A TTL of which it is known how long it is at most. */
public record BoundedTtl<V>(Duration longest, Ttl<V> ttl) implements Ttl<V> {
  @Override
  public Duration of(V value) {
    return ttl.of(value);
  }
}
