package io.github.cacheaside;

import io.github.cacheaside.engine.base.BadAnswerException;
import io.github.cacheaside.engine.base.BoundedTtl;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Decides how long a value stays cached.
 *
 * <pre>{@code
 * Ttl<Object> hour = Ttl.fixed(Duration.ofHours(1)).jittered(0.1); // 54 to 60 minutes
 * Ttl<Token> rest = Ttl.from(Token::remaining); // zero or less: not cached
 * }</pre>
 *
 * <p>Implementations must be thread-safe. A policy that looks at the value may answer zero or less:
 * such a value has expired already and is not cached. More than 10 years mean 10 years.
 *
 * @param <V> the type of values it looks at
 */
@FunctionalInterface
public interface Ttl<V> {

  /** The shortest TTL that can be meant: 1 ms, the resolution of Redis. */
  Duration SHORTEST = Duration.ofMillis(1);

  /** The longest TTL: 10 years. Beyond, a Redis expiry is more likely an error than a wish. */
  Duration LONGEST = Duration.ofDays(3653);

  /**
   * How long to cache this value.
   *
   * @param value the value just loaded
   * @return the time; zero or negative means not at all
   */
  Duration of(V value);

  /**
   * This TTL, less a random part of it, so that entries filled together do not expire together.
   *
   * @param fraction the most that may be taken off, in (0, 1); 0.1 turns 10 minutes into 9 to 10
   * @return a policy that shortens each TTL by a uniformly random share
   * @throws IllegalArgumentException if the fraction is not in (0, 1)
   */
  default Ttl<V> jittered(double fraction) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction must be in (0, 1): " + fraction);
    }
    Ttl<V> jittered =
        value -> {
          Duration full = atMostLongest(of(value));
          long millis = full.toMillis();
          if (millis <= 1) {
            return full;
          }
          double cut = millis * fraction * ThreadLocalRandom.current().nextDouble();
          return Duration.ofMillis(Math.max(1, millis - (long) cut));
        };
    return this instanceof BoundedTtl<V> known
        ? new BoundedTtl<>(known.longest(), jittered)
        : jittered;
  }

  /**
   * The same TTL for every value.
   *
   * @param duration how long, from 1 ms to 10 years
   * @return the policy
   * @throws IllegalArgumentException if the duration is shorter or longer than that
   */
  static Ttl<Object> fixed(Duration duration) {
    Duration checked = check(duration, "duration");
    return new BoundedTtl<>(checked, value -> checked);
  }

  /**
   * A TTL read off the value, such as the remaining life of an access token.
   *
   * @param policy answers how long; zero or negative means not to cache
   * @param <V> the type of values
   * @return the policy
   */
  static <V> Ttl<V> from(Function<? super V, Duration> policy) {
    Objects.requireNonNull(policy, "policy");
    return value -> atMostLongest(policy.apply(value));
  }

  private static Duration atMostLongest(Duration ttl) {
    return BadAnswerException.ifNull(ttl, "the policy", "a Ttl").compareTo(LONGEST) > 0
        ? LONGEST
        : ttl;
  }

  /**
   * Refuses a duration that can't be meant as a TTL.
   *
   * @param duration what to check
   * @param name the argument's name, for the message
   * @return the duration
   * @throws IllegalArgumentException if it is under 1 ms or over 10 years
   */
  static Duration check(Duration duration, String name) {
    Objects.requireNonNull(duration, name);
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be positive: " + duration);
    }
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " must be 1 ms to 10 years: " + duration);
    }
    return duration;
  }
}
