package io.github.cacheaside;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one read, with where it came from.
 *
 * <pre>{@code
 * Read<Planet> read = planets.read(3L);
 * String name = read.toOptional().map(Planet::name).orElse("no such planet");
 * boolean cached = read.outcome().isHit(); // NEAR, HIT, ABSENT or STALE
 * }</pre>
 *
 * <p>Immutable, as far as the value is.
 *
 * @param value the value, or null if the database has none
 * @param outcome where it came from
 * @param <V> the type of values
 */
public record Read<V>(@Nullable V value, Outcome outcome) {

  /**
   * The value as an {@link Optional}.
   *
   * @return the value; empty if the database has none
   */
  public Optional<V> toOptional() {
    return Optional.ofNullable(value);
  }
}
