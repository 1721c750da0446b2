package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.Read;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.spi.Lookup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Answers a miss: by the flight of this JVM that is under way, or by one that this call leads. */
public final class MissResolver<K, V> {
  private final LoadParts<K, V> parts;
  private final Settings<K, V> settings;
  private final LateLoads<K, V> lateLoads;

  public MissResolver(LoadParts<K, V> parts) {
    this.parts = parts;
    this.settings = parts.settings();
    this.lateLoads = new LateLoads<>(settings, parts.origins(), parts.runner(), parts.timers());
  }

  /**
   * Answers a miss.
   *
   * @param seen what the lookup has found, which was no hit
   */
  public CompletableFuture<Read<V>> resolve(K key, String storeKey, Lookup seen, Call call) {
    Flight<V> mine = new Flight<>();
    Flight<V> running = enter(storeKey, mine, call);
    if (running != null) {
      return staleOrJoin(key, storeKey, seen, running, call);
    }
    Attempt<K, V> attempt = new Attempt<>(parts, key, storeKey, mine, call);
    attempt.proceed(attempt.seen(seen));
    return landed(mine);
  }

  /** Enters a flight, or returns the one that is running. */
  public @Nullable Flight<V> enter(String storeKey, Flight<V> mine, Call call) {
    Flight<V> running = parts.flights().enter(storeKey, mine);
    if (running == null && isWithinLoadOf(storeKey, call)) {
      parts.flights().abandon(storeKey, mine, null);
      refuseToWaitForItself(storeKey, call);
    }
    return running;
  }

  /** A loader that reads its own key gets an exception, for else it would wait for itself. */
  public void refuseToWaitForItself(String storeKey, Call call) {
    if (isWithinLoadOf(storeKey, call)) {
      throw new IllegalStateException(
          "a loader of "
              + settings.name()
              + " reads a key that it is loading, itself or by way of another load");
    }
  }

  private boolean isWithinLoadOf(String storeKey, Call call) {
    LoadScope within = call.within();
    return within != null && within.reads(settings, storeKey);
  }

  public CompletableFuture<Read<V>> landed(Flight<V> flight) {
    return flight.landing().thenApply(landing -> landing.toRead(settings.name()));
  }

  /** A flight of this JVM is on the way: a caller with a stale copy need not wait. */
  public CompletableFuture<Read<V>> staleOrJoin(
      K key, String storeKey, Lookup seen, Flight<V> running, Call call) {
    Read<V> stale = parts.reader().stale(storeKey, seen);
    if (stale != null) {
      return CompletableFuture.completedFuture(stale);
    }
    refuseToWaitForItself(storeKey, call);
    call.waitsLong();
    return join(key, storeKey, running, settings.maxWait().toNanos(), call);
  }

  private CompletableFuture<Read<V>> join(
      K key, String storeKey, Flight<V> running, long nanos, Call call) {
    Call.Taker taker = call.taker();
    Flight.Landing<V> late = Flight.Landing.without(Flight.End.LATE);
    CompletableFuture<Flight.Landing<V>> awaited = running.landing().copy();
    Future<?> timeout = parts.timers().after(Duration.ofNanos(nanos), () -> awaited.complete(late));
    awaited.whenComplete((landing, failure) -> timeout.cancel(false));
    boolean hasPlace = parts.runner().hasPlace();
    if (hasPlace
        && !running.isLoading()) { // this may be the place that the flight's load waits for
      running.queued().thenRun(() -> awaited.complete(late));
    }
    return awaited.thenComposeAsync(
        landing -> {
          // a caller that wants a ticket reads by itself, also where another call has failed
          boolean again = taker != null && landing.failure() != null;
          if (landing.answers(call.began()) && !again) {
            return CompletableFuture.completedFuture(landing.toShared(settings.name()));
          }
          if (taker != null && landing.end() == Flight.End.LATE) {
            return CompletableFuture.failedFuture(taker.inVain(call));
          }
          if (landing.end() != Flight.End.LATE) {
            return resolve(key, storeKey, Lookup.MISSING, call);
          }
          return hasPlace
              ? lateLoads.loadAlone(key, storeKey, call)
              : joinLonger(key, storeKey, running, call);
        },
        call.executor());
  }

  /** The flight takes too long: the caller gets an answer all the same, and nothing is cached. */
  private CompletableFuture<Read<V>> joinLonger(
      K key, String storeKey, Flight<V> running, Call call) {
    long maxWait = settings.maxWait().toNanos();
    if (call.kind() == Call.Kind.WARMING) {
      return CompletableFuture.failedFuture(
          new CacheException(
              "a value of " + settings.name() + " is not cached: its load takes too long", null));
    }
    return running.isWorthWaitingFor(call.began(), maxWait) // it has begun while this call waited
        ? join(key, storeKey, running, Math.max(1, running.patienceLeft(maxWait)), call)
        : lateLoads.load(
            key, storeKey, running, call, () -> resolve(key, storeKey, Lookup.MISSING, call));
  }
}
