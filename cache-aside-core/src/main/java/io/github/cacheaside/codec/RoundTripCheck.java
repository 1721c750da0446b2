package io.github.cacheaside.codec;

import io.github.cacheaside.CacheLoadException;

/**
 * Which values are written, read and compared before they are cached, for {@link
 * io.github.cacheaside.CacheAsideBuilder#roundTripCheck}. One that would not come back equal is
 * returned, but not cached, and a WARN names class and property.
 *
 * <p>Besides, {@link Serializer#json} itself checks each value of a type that does not tell by
 * itself whether all its values come back, such as {@code Map<String, Object>} or a class that can
 * have subclasses.
 */
public enum RoundTripCheck {
  /** None. */
  OFF,

  /**
   * The first 10 values of each cache, the default; a loss that only later ones show is not seen.
   */
  FIRST_VALUES,

  /** Every value; about twice the work of writing it, before each fill. */
  EVERY_VALUE,

  /**
   * Every value, and a difference, or a value that can't be written, is thrown: by {@code put}, and
   * by a read as the cause of its {@link CacheLoadException}. For tests.
   */
  STRICT
}
