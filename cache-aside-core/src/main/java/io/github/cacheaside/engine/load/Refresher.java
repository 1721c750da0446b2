package io.github.cacheaside.engine.load;

import io.github.cacheaside.Expiry;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.entry.Ages;
import io.github.cacheaside.engine.entry.RecentTouches;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Acts on the {@linkplain Ages age} of what reads find: prolongs the life of a value that is read,
 * and has an old one reloaded in the background in time.
 *
 * <p>The store decides which reader may reload a value, by a lease that lies in the value's own
 * header. So every reader sees in what it has read anyway that a reload is under way, and asks for
 * nothing. Nothing is remembered here but which keys this JVM is about to reload.
 */
public final class Refresher<K, V> {
  /** How many reloads this JVM has in mind at once; more are shed: 1,000. */
  public static final int MOST_PENDING = 1000;

  private final LoadParts<K, V> parts;
  private final Settings<K, V> settings;
  private final Ages ages;
  private final @Nullable RecentTouches touches;
  private final Set<String> pending = ConcurrentHashMap.newKeySet();

  public Refresher(LoadParts<K, V> parts) {
    this.parts = parts;
    this.settings = parts.settings();
    this.ages = parts.ages();
    Expiry expiry = ages.expiry();
    Duration idle = expiry == null ? null : expiry.idle();
    this.touches = idle == null ? null : new RecentTouches(idle);
  }

  /**
   * What a read makes of what it found; has a value reloaded in the background if it is time.
   *
   * @param own what the read loads by; null for the loader of the cache
   */
  public Lookup judge(K key, String storeKey, Lookup found, @Nullable Origin<?, ?> own) {
    StoredValue.Timing timing = ages.timing(found);
    Expiry expiry = ages.expiry();
    if (timing == null || expiry == null) {
      return found;
    }
    long now = settings.store().millis();
    prolong(expiry, storeKey, timing, now);
    boolean reloading = Ages.isReloading(timing, now);
    boolean mayLoad = parts.origins().mayLoad(own);
    Lookup judged = ages.judge(found, timing, now, mayLoad);
    if (mayLoad && !reloading && !(judged instanceof Lookup.Expired)) {
      long early = expiry.earlyMillis(timing);
      if (timing.freshUntil() - now <= early) {
        StoredValue shown =
            parts.origins().isConditional(own) ? ((Lookup.Hit) found).value() : null;
        start(key, storeKey, timing, Math.max(0, early), own, shown);
      }
    }
    return judged;
  }

  /** Makes a value that was read live longer, unless that was done a moment ago. */
  private void prolong(Expiry expiry, String storeKey, StoredValue.Timing timing, long now) {
    Duration idle = expiry.idle();
    if (idle != null && touches != null && touches.isDue(storeKey, timing, now)) {
      parts.guard().quietly(() -> settings.store().touch(storeKey, timing, idle));
    }
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
      parts.counters().refreshShed();
      return;
    }
    if (!pending.add(storeKey)) {
      return;
    }
    try {
      CapturedContext context = CapturedContext.capture(settings);
      context
          .on(settings.executor())
          .execute(() -> refresh(key, storeKey, seen, early, context, own, shown));
    } catch (Throwable e) { // it is full or closed, or there is no thread to be had
      pending.remove(storeKey);
      parts.counters().refreshShed();
    }
  }

  private void refresh(
      K key,
      String storeKey,
      StoredValue.Timing seen,
      long early,
      CapturedContext context,
      @Nullable Origin<?, ?> own,
      @Nullable StoredValue shown) {
    Flight<V> mine = new Flight<>();
    if (parts.guard().sheds() || parts.flights().enter(storeKey, mine) != null) {
      pending.remove(storeKey); // the store is ill, or this JVM is at it
      return;
    }
    mine.landing().thenRun(() -> pending.remove(storeKey));
    try {
      Call call = new Call(context.on(settings.executor()), Call.Kind.REFRESH).in(context).by(own);
      Attempt<K, V> attempt = new Attempt<>(parts, key, storeKey, mine, call);
      attempt.replaces(shown);
      attempt.proceed(attempt.refresh(seen, Duration.ofMillis(early)));
    } catch (Throwable e) {
      parts.flights().abandon(storeKey, mine, e); // callers that have joined look for themselves
      throw e;
    }
  }
}
