package io.github.cacheaside;

import java.time.Duration;

/** A TTL of which it is known how long it is at most. */
record BoundedTtl<V>(Duration longest, Ttl<V> ttl) implements Ttl<V> {
  @Override
  public Duration of(V value) {
    return ttl.of(value);
  }
}
