package io.github.cacheaside;

import java.util.Objects;
import java.util.Optional;

/**
 * What a look into the cache has found, without a load. Unlike an {@link Optional} it tells a
 * cached absence from nothing. Immutable, if the value is.
 *
 * @param <V> the type of values
 */
public sealed interface Look<V> {

  /**
   * A value is cached.
   *
   * @param value the value, never null
   * @param outcome where it came from
   * @param <V> the type of values
   */
  record Hit<V>(V value, Outcome outcome) implements Look<V> {
    /** Checks the value. */
    public Hit {
      Objects.requireNonNull(value, "value");
    }

    /** Says where the value came from, never what it is. */
    @Override
    public String toString() {
      return "Hit[" + outcome + "]";
    }
  }

  /**
   * It is cached that the database has no such row.
   *
   * @param outcome where that came from
   * @param <V> the type of values
   */
  record Absent<V>(Outcome outcome) implements Look<V> {}

  /**
   * Nothing is cached that may be answered: the key is missing, being loaded or being written, or
   * there is a stale copy only.
   *
   * @param <V> the type of values
   */
  record Nothing<V>() implements Look<V> {}

  /**
   * The store did not answer, so it is unknown.
   *
   * @param <V> the type of values
   */
  record Unknown<V>() implements Look<V> {}

  /**
   * Whether something was cached, be it an absence.
   *
   * @return true for {@link Hit} and {@link Absent}
   */
  default boolean isCached() {
    return this instanceof Hit || this instanceof Absent;
  }

  /**
   * The cached value.
   *
   * @return empty for all but {@link Hit}
   */
  default Optional<V> toOptional() {
    return this instanceof Hit<V> hit ? Optional.of(hit.value()) : Optional.empty();
  }
}
