package io.github.cacheaside;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries out an {@link Expiry}: judges how old a value is that was found, and has it loaded anew
 * in time.
 *
 * <p>Who may load it is decided in the store, by a lease that lies in the value's own header. So
 * every reader sees in what it has read anyway whether somebody is at it, and asks for nothing; a
 * load that failed keeps its lease for a while, and that is the throttle. Nothing is remembered
 * here but which keys this process is about to refresh.
 *
 * <p>The clock that a reader compares with is an estimate of the store's. If it is wrong, the
 * reader asks too early, which the store refuses by its own clock, or it comes late.
 */
final class Aging<K, V> {
  private static final long LONGEST_LEASE_MILLIS = TimeUnit.HOURS.toMillis(1);

  /** How many refreshes this process has in mind at once; more are shed: 1,000. */
  static final int MOST_PENDING = 1000;

  private final Engine<K, V> engine;
  private final Expiry expiry;
  private final OutageLog outages;
  private final @Nullable Touches touches;
  private final Set<String> pending = ConcurrentHashMap.newKeySet();

  Aging(Engine<K, V> engine, Expiry expiry) {
    this.engine = engine;
    this.expiry = expiry;
    this.touches = expiry.idle() == null ? null : new Touches(expiry.idle());
    this.outages =
        new OutageLog(
            engine.settings().name(),
            "values can't be loaded anew, old ones are served",
            "values are loaded anew again, {} loads had failed");
  }

  /** The value, with its age as far as its writer knows it. */
  StoredValue timed(StoredValue value, Duration ttl, @Nullable Duration softTtl, long loadNanos) {
    long load = loadNanos == 0 ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(loadNanos);
    return value.timed(StoredValue.Timing.of(expiry.freshMillis(ttl, softTtl), load));
  }

  /** For how long a value with this TTL is kept if nobody reads it. */
  Duration life(Duration ttl) {
    Duration idle = expiry.idle();
    return idle == null || ttl.compareTo(idle) < 0 ? ttl : idle;
  }

  /** Makes a value that was read live longer, unless that was done a moment ago. */
  private void prolong(String storeKey, StoredValue.Timing timing, long now) {
    Duration idle = expiry.idle();
    if (idle != null && touches != null && touches.isDue(storeKey, timing, now)) {
      engine.quietly(() -> engine.store().touch(storeKey, timing, idle));
    }
  }

  /**
   * What a read makes of what it found; has a value loaded anew in the background if it is time.
   *
   * @param own what the read loads by; null for the loader of the cache
   */
  Lookup judge(K key, String storeKey, Lookup found, @Nullable Origin<?, ?> own) {
    StoredValue.Timing timing = found instanceof Lookup.Hit hit ? hit.value().timing() : null;
    if (timing == null) {
      return found;
    }
    long now = engine.store().millis();
    prolong(storeKey, timing, now);
    boolean refreshed = isRefreshed(timing, now);
    boolean mayLoad = mayLoad(own);
    Lookup judged = judge(found, timing, now, mayLoad);
    if (mayLoad && !refreshed && !(judged instanceof Lookup.Expired)) {
      long early = expiry.earlyMillis(timing);
      if (timing.freshUntil() - now <= early) {
        StoredValue shown = engine.isConditional(own) ? ((Lookup.Hit) found).value() : null;
        start(key, storeKey, timing, Math.max(0, early), own, shown);
      }
    }
    return judged;
  }

  /** The same for one who is on the way to a value already. */
  Lookup judge(Lookup found, @Nullable Origin<?, ?> own) {
    StoredValue.Timing timing = found instanceof Lookup.Hit hit ? hit.value().timing() : null;
    return timing == null ? found : judge(found, timing, engine.store().millis(), mayLoad(own));
  }

  /** No lease lives for an hour: what says so was not written by this library. */
  private static boolean isRefreshed(StoredValue.Timing timing, long now) {
    long left = timing.refreshedUntil() - now;
    return left > 0 && left < LONGEST_LEASE_MILLIS;
  }

  /** Whether there is a loader for the background; else a caller has to load. */
  private boolean mayLoad(@Nullable Origin<?, ?> own) {
    return own != null || engine.hasLoader();
  }

  private Lookup judge(Lookup found, StoredValue.Timing timing, long now, boolean mayLoad) {
    if (!expiry.hasSoft() || timing.freshUntil() > now) {
      return found;
    }
    StoredValue value = ((Lookup.Hit) found).value();
    return (expiry.inBackground() && mayLoad) || isRefreshed(timing, now)
        ? new Lookup.Revalidating(value)
        : new Lookup.Expired(value);
  }

  /** For how long a hit may be kept in this process without hiding that it is time. */
  long nearNanos(StoredValue value) {
    StoredValue.Timing timing = value.timing();
    if (timing == null) {
      return Long.MAX_VALUE;
    }
    long now = engine.store().millis();
    long until =
        isRefreshed(timing, now)
            ? Math.min(timing.refreshedUntil(), timing.freshUntil())
            : timing.freshUntil() - expiry.earlyMillis(timing);
    return TimeUnit.MILLISECONDS.toNanos(until - now);
  }

  private void start(
      K key,
      String storeKey,
      StoredValue.Timing seen,
      long early,
      @Nullable Origin<?, ?> own,
      @Nullable StoredValue shown) {
    if (pending.contains(storeKey)) {
      return;
    }
    if (pending.size() >= MOST_PENDING) {
      engine.counters().refreshShed();
      return;
    }
    if (!pending.add(storeKey)) {
      return;
    }
    try {
      CallContext context = CallContext.capture(engine.settings());
      context
          .on(engine.settings().executor())
          .execute(() -> refresh(key, storeKey, seen, early, context, own, shown));
    } catch (Throwable e) { // it is full or closed, or there is no thread to be had
      pending.remove(storeKey);
      engine.counters().refreshShed();
    }
  }

  private void refresh(
      K key,
      String storeKey,
      StoredValue.Timing seen,
      long early,
      CallContext context,
      @Nullable Origin<?, ?> own,
      @Nullable StoredValue shown) {
    Flight<V> mine = new Flight<>();
    if (engine.guard().sheds() || engine.flights().enter(storeKey, mine) != null) {
      pending.remove(storeKey); // the store is ill, or somebody in this JVM is at it
      return;
    }
    mine.landing().thenRun(() -> pending.remove(storeKey));
    try {
      Call call =
          new Call(context.on(engine.settings().executor()), Call.Kind.REFRESH).in(context).by(own);
      Attempt<K, V> attempt = new Attempt<>(engine, key, storeKey, mine, call);
      attempt.replaces(shown);
      attempt.proceed(attempt.refresh(seen, Duration.ofMillis(early)));
    } catch (Throwable e) {
      engine.flights().abandon(storeKey, mine, e); // who has joined looks for itself
      throw e;
    }
  }

  /** A value was loaded anew. */
  void succeeded() {
    engine.counters().refreshed();
    outages.answered();
  }

  /**
   * A load that was to replace a value failed: keeps the lease for the time of the throttle.
   *
   * @param executor where code of the user may run
   * @return whether the value is still there, so that it may answer
   */
  CompletableFuture<Boolean> failed(
      K key,
      String storeKey,
      LeaseToken token,
      StoredValue.Timing seen,
      Throwable failure,
      Executor executor) {
    engine.counters().refreshFailed();
    outages.failed(new CacheException("the loader threw " + failure.getClass().getName(), null));
    Duration pause = throttle() == null ? engine.settings().lease() : throttle();
    CompletableFuture<Boolean> held =
        engine.guard().run(() -> engine.store().renew(storeKey, token, pause));
    if (engine.generations().none()) {
      return held.exceptionally(ill -> false);
    }
    return held.thenComposeAsync( // its tags may have been invalidated, which leaves the token
            stands ->
                stands
                    ? engine.guard().look(() -> engine.lookup(key, storeKey))
                    : CompletableFuture.completedFuture(Lookup.MISSING),
            executor)
        .thenApply(
            found ->
                found instanceof Lookup.Hit hit
                    && hit.value().timing() != null
                    && Objects.requireNonNull(hit.value().timing()).writtenAt() == seen.writtenAt())
        .exceptionally(ill -> false);
  }

  /** Null if a loader's failure reaches the caller that ran it. */
  @Nullable Duration throttle() {
    return expiry.throttle();
  }
}
