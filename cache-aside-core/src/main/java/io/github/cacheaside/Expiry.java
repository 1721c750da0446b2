package io.github.cacheaside;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.engine.base.BoundedTtl;
import io.github.cacheaside.engine.base.Internal;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a value as it grows old: when it is reloaded, on which thread, and what answers
 * meanwhile. The TTL of the cache is the <i>hard</i> one: after it the value is gone.
 *
 * <pre>{@code
 * .ttl(Duration.ofHours(1)) // gone after an hour
 * .expiry(
 *     Expiry.soft(Duration.ofMinutes(10)) // stale after ten minutes: one reload
 *         .staleWhileRevalidate() // no reader waits for it
 *         .failSafe(Duration.ofSeconds(10))) // it failed: the old value answers
 * .executor(loaders)
 * }</pre>
 *
 * <p>Whatever triggers a reload, one caller at a time runs it, in all JVMs together, under a lease
 * that lies with the value. An invalidation ends that lease, so what was read before it is not
 * cached. Ages are judged by the store's clock, not by those of the JVMs; until Redis has first
 * told its time, a reader uses the clock of its machine.
 *
 * <p>A policy begins with {@link #soft}, {@link #sliding} or {@link #hard}; the other methods add
 * to it. These three are static: called on a policy they begin a new one and drop what was added.
 *
 * <p>Values that lie in the store without an age, since a cache without this option wrote them,
 * live by their TTL alone. Immutable.
 */
public final class Expiry {
  /** Values are hits until their TTL is over. */
  @Internal public static final Expiry NONE = new Expiry(null, null, false, null, 0, 0);

  private final @Nullable Duration idle;
  private final @Nullable Duration soft;
  private final boolean background;
  private final @Nullable Duration throttle;
  private final double eager;
  private final double beta;

  private Expiry(
      @Nullable Duration idle,
      @Nullable Duration soft,
      boolean background,
      @Nullable Duration throttle,
      double eager,
      double beta) {
    this.idle = idle;
    this.soft = soft;
    this.background = background;
    this.throttle = throttle;
    this.eager = eager;
    this.beta = beta;
  }

  /**
   * A value is fresh until its TTL is over. Of use with {@link #eager} or {@link #probabilistic}.
   * Begin with it.
   *
   * @return the policy
   */
  public static Expiry hard() {
    return new Expiry(null, null, false, null, 0, 0);
  }

  /**
   * A value is gone when it was not read for this time, and when its TTL is over at the latest:
   * each hit prolongs its life. The store is told so after the answer, and by each cache mostly
   * eight or nine times of one key in this time, more often where several thousand keys are hot; so
   * a value may go when it was idle for seven eighths of it. A {@link CacheAside#peek} prolongs
   * nothing. Not with a soft TTL, nor with a near cache. Begin with it.
   *
   * @param idle from 1 s, less than the TTL
   * @return the policy
   */
  public static Expiry sliding(Duration idle) {
    if (Ttl.check(idle, "idle").toMillis() < 1_000) {
      throw new IllegalArgumentException("idle must be at least 1 s but was " + idle);
    }
    return new Expiry(idle, null, false, null, 0, 0);
  }

  /**
   * A value is stale after this time, and gone when its TTL is over. The first reader of a stale
   * value loads, and waits for it; those that come meanwhile get the stale value at once, with the
   * outcome {@link Outcome#STALE}. Begin with it.
   *
   * @param after from 1 ms, less than the TTL; a value whose own TTL is not longer is never stale
   * @return the policy
   */
  public static Expiry soft(Duration after) {
    return new Expiry(null, Ttl.check(after, "soft"), false, null, 0, 0);
  }

  /**
   * No reader waits: also the first one gets the stale value at once, and the load runs on the
   * {@linkplain CacheAsideBuilder#executor executor}, as {@code stale-while-revalidate} of RFC 5861
   * does it. A load that fails is tried again when its lease, or the throttle of {@link #failSafe},
   * is over. Needs a soft TTL, and an executor of its own.
   *
   * @return the policy
   */
  public Expiry staleWhileRevalidate() {
    return new Expiry(idle, soft, true, throttle, eager, beta);
  }

  /**
   * When the loader throws, the stale value answers, to the caller that ran it and to all others,
   * until the TTL is over; the loader is tried again after this time. Never answers with a value
   * that was invalidated, softly or not: then the caller gets the {@link CacheLoadException}. Needs
   * a soft TTL.
   *
   * @param throttle from 10 ms to 10 minutes, less than the time between the soft TTL and the TTL
   * @return the policy
   */
  public Expiry failSafe(Duration throttle) {
    if (requireNonNull(throttle, "throttle").toMillis() < 10
        || throttle.compareTo(Duration.ofMinutes(10)) > 0) {
      throw new IllegalArgumentException(
          "throttle must be 10 ms to 10 minutes but was " + throttle);
    }
    return new Expiry(idle, soft, background, throttle, eager, beta);
  }

  /**
   * The first hit after this part of the time for which a value is fresh has it reloaded, on the
   * {@linkplain CacheAsideBuilder#executor executor}. The hit is a hit. A value that is not read
   * after that moment is not loaded. Needs an executor of its own.
   *
   * @param fraction in (0, 1); 0.8 begins after 48 minutes of an hour
   * @return the policy
   */
  public Expiry eager(double fraction) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction must be in (0, 1): " + fraction);
    }
    return new Expiry(idle, soft, background, throttle, fraction, beta);
  }

  /**
   * Each hit may have the value reloaded, on the {@linkplain CacheAsideBuilder#executor executor},
   * and does so the more likely the nearer the end is and the longer the load takes: if {@code load
   * time * beta * -ln(random)} is not less than the time that is left. The hit is a hit. The
   * algorithm is XFetch of Vattani, Chierichetti and Lowenstein, <i>Optimal Probabilistic Cache
   * Stampede Prevention</i> (VLDB 2015); the lease sees to it that only one of those whose turn it
   * is loads. Needs an executor of its own.
   *
   * @param beta above 0, up to 100; 1 is the optimum of the paper, more is earlier
   * @return the policy
   */
  public Expiry probabilistic(double beta) {
    if (!(beta > 0 && beta <= 100)) {
      throw new IllegalArgumentException("beta must be above 0, up to 100: " + beta);
    }
    return new Expiry(idle, soft, background, throttle, eager, beta);
  }

  /** Refuses what can't be meant. */
  void check(Ttl<?> ttl, boolean ownExecutor, boolean near) {
    if (idle != null && near) {
      throw new IllegalArgumentException(
          "sliding " + idle + " excludes nearCache: near hits would not prolong a value's life");
    }
    if (soft == null && background) {
      throw new IllegalArgumentException(
          "staleWhileRevalidate needs a soft TTL: when the hard one is over there is no value left");
    }
    if (soft == null && throttle != null) {
      throw new IllegalArgumentException(
          "failSafe "
              + throttle
              + " needs a soft TTL: when the hard one is over there is no value left");
    }
    if (idle == null && soft == null && !early()) {
      throw new IllegalArgumentException(
          "Expiry.hard() alone changes nothing: add eager(...) or probabilistic(...)");
    }
    if (eager > 0 && beta > 0) {
      throw new IllegalArgumentException(
          "eager " + eager + " and probabilistic " + beta + ": one trigger is enough, choose");
    }
    checkLengths(ttl);
    if ((background || early()) && !ownExecutor) {
      throw new IllegalArgumentException(
          inBackgroundBy() + " needs an executor(...) of its own, for loaders block");
    }
  }

  /** What has values reloaded in the background. */
  private String inBackgroundBy() {
    if (background) {
      return "staleWhileRevalidate";
    }
    return eager > 0 ? "eager " + eager : "probabilistic " + beta;
  }

  private void checkLengths(Ttl<?> ttl) {
    if (!(ttl instanceof BoundedTtl<?> known)) {
      return; // each value has its own
    }
    Duration hard = known.longest();
    if (idle != null && idle.compareTo(hard) >= 0) {
      throw new IllegalArgumentException(
          "sliding " + idle + " must be less than the hard TTL, ttl " + hard);
    }
    if (soft != null && soft.compareTo(hard) >= 0) {
      throw new IllegalArgumentException(
          "soft TTL " + soft + " must be less than the hard one, ttl " + hard);
    }
    if (soft != null && throttle != null && throttle.compareTo(hard.minus(soft)) >= 0) {
      throw new IllegalArgumentException(
          "throttle %s must be less than ttl %s less soft %s, or it ends after the value"
              .formatted(throttle, hard, soft));
    }
  }

  private boolean early() {
    return eager > 0 || beta > 0;
  }

  /** Null if hits don't prolong a life. */
  @Internal
  public @Nullable Duration idle() {
    return idle;
  }

  @Internal
  public boolean hasSoft() {
    return soft != null;
  }

  @Internal
  public boolean inBackground() {
    return background;
  }

  /** Null if a loader's failure reaches the caller. */
  @Internal
  public @Nullable Duration throttle() {
    return throttle;
  }

  /**
   * For how long a value with this TTL is fresh, in ms.
   *
   * @param own its own soft TTL, or null
   */
  @Internal
  public long freshMillis(Duration ttl, @Nullable Duration own) {
    Duration fresh = soft == null || own == null ? soft : own;
    return (fresh == null || ttl.compareTo(fresh) < 0 ? ttl : fresh).toMillis();
  }

  /** How long before the end of its freshness a value may be reloaded; drawn each time. */
  @Internal
  public long earlyMillis(StoredValue.Timing timing) {
    if (eager > 0) {
      return timing.freshMillis() - (long) (eager * timing.freshMillis());
    }
    if (beta > 0 && timing.loadMillis() > 0) {
      double random = 1 - ThreadLocalRandom.current().nextDouble(); // in (0, 1]
      double early = timing.loadMillis() * beta * -Math.log(random);
      return Math.min((long) early, timing.freshMillis());
    }
    return 0;
  }

  @Override
  public String toString() {
    return "Expiry["
        + (idle == null ? "soft=" + soft : "sliding=" + idle)
        + (background ? ", staleWhileRevalidate" : "")
        + (throttle == null ? "" : ", failSafe=" + throttle)
        + (eager > 0 ? ", eager=" + eager : "")
        + (beta > 0 ? ", probabilistic=" + beta : "")
        + "]";
  }
}
