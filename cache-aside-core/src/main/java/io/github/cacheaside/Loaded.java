package io.github.cacheaside;

import io.github.cacheaside.engine.base.Internal;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a loader has read, and how long that may be cached: for answers that say so themselves, such
 * as the {@code max-age} of HTTP. See {@link CacheAsideBuilder#buildAdaptive}. Immutable, if the
 * value is.
 *
 * @param <V> the type of the value
 */
public final class Loaded<V> {
  private final @Nullable V value;
  private final @Nullable Duration ttl;
  private final @Nullable Duration soft;
  private final boolean unchanged;

  private Loaded(@Nullable V value, @Nullable Duration ttl, @Nullable Duration soft) {
    this(value, ttl, soft, /* unchanged= */ false);
  }

  private Loaded(
      @Nullable V value, @Nullable Duration ttl, @Nullable Duration soft, boolean unchanged) {
    this.value = value;
    this.unchanged = unchanged;
    this.ttl = ttl;
    this.soft = soft;
  }

  /**
   * A value with the TTL of the cache.
   *
   * @param value the value
   * @param <V> its type
   * @return the answer of a loader
   */
  public static <V> Loaded<V> of(V value) {
    return new Loaded<>(Objects.requireNonNull(value, "value"), null, null);
  }

  /**
   * A value with a TTL of its own.
   *
   * @param value the value
   * @param ttl how long it stays; zero, negative or under 1 ms means that it is not cached; beyond
   *     10 years means 10 years
   * @param <V> its type
   * @return the answer of a loader
   */
  public static <V> Loaded<V> of(V value, Duration ttl) {
    return new Loaded<>(Objects.requireNonNull(value, "value"), atMost(ttl), null);
  }

  /**
   * No such row, and how long that may be remembered; whether or not the cache has an {@link
   * CacheAsideBuilder#absentTtl}. Over the layouts {@code plain} and {@code hash} it is not.
   *
   * @param ttl how long it stays; zero, negative or under 1 ms means that it is not cached
   * @param <V> the type that it would have
   * @return the answer of a loader
   */
  public static <V> Loaded<V> absent(Duration ttl) {
    return new Loaded<>(null, atMost(ttl), null);
  }

  /**
   * The database still has the value that a {@link ConditionalLoader} was shown: it is cached
   * again, for the TTL of the cache. Any other loader must not answer this.
   *
   * @param <V> the type of the value
   * @return the answer of a loader
   */
  public static <V> Loaded<V> unchanged() {
    return new Loaded<>(null, null, null, /* unchanged= */ true);
  }

  /**
   * The same with a TTL of its own.
   *
   * @param ttl how long the value stays from now on; zero, negative or under 1 ms means that it is
   *     not cached
   * @param <V> the type of the value
   * @return the answer of a loader
   */
  public static <V> Loaded<V> unchanged(Duration ttl) {
    return new Loaded<>(null, atMost(ttl), null, /* unchanged= */ true);
  }

  /**
   * The same with a soft TTL of its own, in a cache whose {@link Expiry} has one; elsewhere it
   * changes nothing.
   *
   * @param after after which time the value is stale, from 1 ms to 10 years; if that is not less
   *     than its TTL, it never is
   * @return the answer of a loader
   */
  public Loaded<V> soft(Duration after) {
    return new Loaded<>(value, ttl, Ttl.check(after, "soft"), unchanged);
  }

  private static Duration atMost(Duration ttl) {
    return Objects.requireNonNull(ttl, "ttl").compareTo(Ttl.LONGEST) > 0 ? Ttl.LONGEST : ttl;
  }

  /**
   * The value.
   *
   * @return null if there is no such row, and for {@link #unchanged}
   */
  public @Nullable V value() {
    return value;
  }

  @Internal
  public boolean isUnchanged() {
    return unchanged;
  }

  /** The value that was left unchanged, cached for as long as this says. */
  @Internal
  public Loaded<V> with(V previous) {
    return new Loaded<>(previous, ttl, soft);
  }

  /** Null for that of the cache. */
  @Internal
  public @Nullable Duration ttl() {
    return ttl;
  }

  /** Null for that of the cache. */
  @Internal
  public @Nullable Duration soft() {
    return soft;
  }

  /** Says how long, never what. */
  @Override
  public String toString() {
    return "Loaded[ttl=" + ttl + ", soft=" + soft + "]";
  }
}
