package io.github.cacheaside.testkit;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.codec.RoundTripException;
import io.github.cacheaside.codec.Serializer;

/**
 * One line that shows whether an application's values come back from a cache as they went in:
 * {@code RoundTrip.verify(Serializer.json(Planet.class), earth, pluto)}.
 */
public final class RoundTrip {
  private RoundTrip() {}

  /**
   * Writes each value, reads it and compares, as {@link RoundTripCheck#STRICT} does; needs no
   * server.
   *
   * @param serializer that of the cache
   * @param values values such as the loader answers, the rarest of their kinds too
   * @param <V> the type of values
   * @throws RoundTripException if one can't be written or read, or comes back as another; the
   *     message names class and property
   */
  @SafeVarargs
  public static <V> void verify(Serializer<V> serializer, V... values) {
    CacheAside<Integer, V> cache =
        CacheAside.builder(new InMemoryCacheStore(), "round-trip", serializer)
            .roundTripCheck(RoundTripCheck.STRICT)
            .build((Integer key) -> null);
    for (int i = 0; i < values.length; i++) {
      try {
        cache.put(i, values[i]);
      } catch (IllegalArgumentException e) {
        throw e.getCause() instanceof RoundTripException difference ? difference : e;
      }
    }
  }
}
