package io.github.cacheaside;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The walk of a read: look into the store; on a miss join the flight of this key or lead one.
 *
 * <p>Three steps can fail and have three answers: a failing look is a miss, a failing load reaches
 * the caller, a failing fill is counted and forgotten, since the value is already safe.
 */
final class Engine<K, V> {
  private final ForeignMarks foreign = new ForeignMarks(System::nanoTime);
  private final Settings<K, V> settings;
  private final Counters counters = new Counters();
  private final Events<K, V> events;
  private final Flights<V> flights;
  private final Timers timers;
  private final StoreGuard guard;
  private final Drops drops;
  private final Loads loads;
  private final Generations<K, V> generations;
  private final Values<V> values;
  private final Filling<K, V> filling;
  private final AtomicBoolean toldOfOtherKeys = new AtomicBoolean();
  private final @Nullable Origin<K, V> own;
  private final @Nullable NearCache<K, V> near;
  private final @Nullable Aging<K, V> aging;
  private final @Nullable Coalescer<K, V> coalescer;
  private final LateLoads<K, V> lateLoads;

  Engine(Settings<K, V> settings) {
    this(settings, new Flights<>(Renewal.longestFlightNanos(settings.lease())), Timers.SHARED);
  }

  Engine(Settings<K, V> settings, Flights<V> flights, Timers timers) {
    this.settings = settings;
    this.events = new Events<>(settings, counters);
    this.flights = flights;
    this.timers = timers;
    this.guard = new StoreGuard(counters, settings);
    this.drops = new Drops(settings.store(), guard, timers);
    this.loads = new Loads(settings, counters, timers);
    this.values = new Values<>(settings.name(), settings.codec(), counters);
    this.generations = new Generations<>(settings.store(), settings.tags(), values::uncacheable);
    this.filling = new Filling<>(this);
    this.own = Origin.of(settings);
    this.aging = aging(settings);
    this.near =
        settings.near() == null ? null : NearCache.open(settings, settings.near(), counters);
    this.coalescer =
        settings.coalescing() == null ? null : new Coalescer<>(this, settings.coalescing());
    this.lateLoads = new LateLoads<>(this);
  }

  private @Nullable Aging<K, V> aging(Settings<K, V> settings) {
    if (settings.expiry() != null) {
      return new Aging<>(this, settings.expiry());
    }
    // else nobody but the loader would know how long a value may be kept near
    return settings.adaptive() && leases() ? new Aging<>(this, Expiry.NONE) : null;
  }

  /** A near hit, or null. */
  @Nullable Read<V> near(K key) {
    NearCache.Entry<V> kept = near == null ? null : near.get(key);
    return kept == null ? null : kept.toRead();
  }

  /**
   * Reads on the calling thread; a near hit makes no object but what it answers.
   *
   * @param own the loader of the call; null for that of the cache
   */
  Optional<V> get(K key, @Nullable CacheLoader<? super K, ? extends V> own) {
    checkLoader(own);
    NearCache.Entry<V> kept = near == null ? null : near.get(key);
    if (kept == null) {
      return readStore(key, own == null ? null : Origin.ofCall(own)).toOptional();
    }
    events.count(Outcome.NEAR);
    return Optional.ofNullable(kept.value());
  }

  boolean hasNear() {
    return near != null;
  }

  /** To be asked before a lookup whose hit shall be {@linkplain #keep kept}. */
  long beforeLookup(String storeKey) {
    return near == null ? 0 : near.before(storeKey);
  }

  /** Keeps a hit of the store near; what is none is not kept. */
  @Nullable Read<V> keep(K key, Lookup found, @Nullable Read<V> hit, long beforeLookup) {
    if (near != null && hit != null && found instanceof Lookup.Hit kept) {
      long most = aging == null ? Long.MAX_VALUE : aging.nearNanos(kept.value());
      near.put(key, hit, beforeLookup, most);
    }
    return hit;
  }

  /** What becomes of values as they grow old; null if they are hits until their TTL is over. */
  @Nullable Aging<K, V> aging() {
    return aging;
  }

  /**
   * What a read makes of the age of what it found.
   *
   * @param own what the call loads by; null for the loader of the cache, if it has one
   */
  Lookup judged(K key, String storeKey, Lookup found, @Nullable Origin<?, ?> own) {
    return aging == null ? found : aging.judge(key, storeKey, found, own);
  }

  /** The same, for a call that is on the way to a value already. */
  Lookup judged(Lookup found, Call call) {
    return aging == null ? found : aging.judge(found, call.origin());
  }

  /** For how long a value with this TTL is kept if nobody reads it. */
  Duration life(Duration ttl) {
    return aging == null ? ttl : aging.life(ttl);
  }

  /** The value as it is stored, with its age. */
  StoredValue timed(StoredValue stored, Duration ttl, @Nullable Duration softTtl, long loadNanos) {
    return aging == null ? stored : aging.timed(stored, ttl, softTtl, loadNanos);
  }

  /** What this process has removed must not be answered here, however late the store tells. */
  void forget(String storeKey) {
    if (near != null) {
      near.changed(storeKey);
    }
  }

  void forgetAll() {
    if (near != null) {
      near.missedChanges();
    }
  }

  Settings<K, V> settings() {
    return settings;
  }

  CacheStore store() {
    return settings.store();
  }

  /** The context of the calling thread, if loads of its blocking calls run elsewhere. */
  CallContext contextOfLoads() {
    boolean here = loads.here() && !DefaultExecutor.mustNotBlock();
    return here ? CallContext.NONE : CallContext.capture(settings);
  }

  /** Whether the store refuses a fill that was overtaken by an invalidation. */
  boolean leases() {
    return store().coherence() == CacheStore.Coherence.LEASE;
  }

  Counters counters() {
    return counters;
  }

  /** Where what becomes of reads is counted and told. */
  Events<K, V> events() {
    return events;
  }

  /** What offers loaded values to the store. */
  Filling<K, V> filling() {
    return filling;
  }

  Flights<V> flights() {
    return flights;
  }

  Timers timers() {
    return timers;
  }

  Loads loads() {
    return loads;
  }

  Generations<K, V> generations() {
    return generations;
  }

  Values<V> values() {
    return values;
  }

  /** Null if each miss loads for itself. */
  @Nullable Coalescer<K, V> coalescer() {
    return coalescer;
  }

  CompletionStage<Lookup> lookup(K key, String storeKey) {
    return generations.none()
        ? store().lookup(storeKey)
        : generations.new Lookups().lookup(key, storeKey);
  }

  /** The same; if nothing is there, the answer is that of what is started then, at once. */
  CompletionStage<Lookup> lookup(
      K key, String storeKey, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    return generations.none() ? store().lookup(storeKey, ifMissing) : lookup(key, storeKey);
  }

  StoreGuard guard() {
    return guard;
  }

  /** Reads on the calling thread; see {@link #get}. */
  Read<V> read(K key, @Nullable CacheLoader<? super K, ? extends V> own) {
    checkLoader(own);
    Read<V> kept = near(key);
    return kept == null
        ? readStore(key, own == null ? null : Origin.ofCall(own))
        : events.counted(kept);
  }

  private Read<V> readStore(K key, @Nullable Origin<K, V> own) {
    BlockingRead<K, V> blocking = new BlockingRead<>(this, key, own);
    Read<V> read;
    try {
      read = blocking.read();
    } catch (CacheLoadException e) {
      events.failed(1);
      throw settings.loadExceptions().of(e);
    } catch (Throwable e) {
      events.failed(1);
      throw e;
    }
    return events.counted(read);
  }

  /** Reads without blocking; the call is made once it is known that the key is not near. */
  CompletableFuture<Read<V>> readAsync(K key, Supplier<Call> made) {
    Read<V> kept = near(key);
    if (kept != null) {
      return CompletableFuture.completedFuture(events.counted(kept));
    }
    String storeKey = settings.storeKey(key);
    long beforeLookup = beforeLookup(storeKey);
    Call call = made.get();
    CompletableFuture<Read<V>> answer =
        guard
            .look(() -> lookup(key, storeKey))
            .thenComposeAsync(
                looked -> {
                  Lookup found = judged(key, storeKey, looked, call.origin());
                  Read<V> hit = keep(key, found, hit(storeKey, found), beforeLookup);
                  return hit != null
                      ? CompletableFuture.completedFuture(hit)
                      : resolve(key, storeKey, readable(storeKey, found), call);
                },
                call.executor())
            .whenComplete(
                (read, failure) -> {
                  call.over();
                  if (failure == null) {
                    events.count(read.outcome());
                  } else {
                    events.failed(1);
                    call.abandonIf(failure);
                  }
                });
    // a copy, or nothing would be abandoned once the caller has canceled it
    return settings.loadExceptions().of(answer).copy();
  }

  /** Looks into the store only. */
  CompletableFuture<Optional<V>> peek(K key, Executor executor) {
    Read<V> kept = near(key);
    if (kept != null) {
      return CompletableFuture.completedFuture(kept.toOptional());
    }
    String storeKey = settings.storeKey(key);
    return guard
        .look(() -> lookup(key, storeKey))
        .thenApplyAsync(
            found -> Optional.ofNullable(fresh(storeKey, found)).flatMap(Read::toOptional),
            executor);
  }

  CacheException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CacheException("interrupted while waiting for " + settings.name(), cause);
  }

  /** What answers at once; null for everything else, an unreadable value included. */
  @Nullable Read<V> hit(String storeKey, Lookup found) {
    return found instanceof Lookup.Hit hit
        ? decode(storeKey, hit.value())
        : revalidating(storeKey, found);
  }

  /** The same, for one of many. */
  @Nullable Read<V> hit(String storeKey, Lookup found, BatchSerializer.Batch<V> batch) {
    return found instanceof Lookup.Hit hit
        ? values.decode(storeKey, hit.value(), batch)
        : revalidating(storeKey, found);
  }

  private @Nullable Read<V> revalidating(String storeKey, Lookup found) {
    return found instanceof Lookup.Revalidating ? stale(storeKey, found) : null;
  }

  /** Whether this is a hit that is not stale. */
  boolean isFresh(Lookup found) {
    return (aging == null ? found : aging.judge(found, null)) instanceof Lookup.Hit;
  }

  private @Nullable Read<V> fresh(String storeKey, Lookup found) {
    return isFresh(found) && found instanceof Lookup.Hit hit ? decode(storeKey, hit.value()) : null;
  }

  /** The value of a stale copy; null for everything else, an unreadable copy included. */
  @Nullable Read<V> stale(String storeKey, Lookup found) {
    StoredValue copy = null;
    if (found instanceof Lookup.Stale stale) {
      copy = stale.value();
    } else if (found instanceof Lookup.Expired expired) {
      copy = expired.value();
    } else if (found instanceof Lookup.Revalidating revalidating) {
      copy = revalidating.value();
    }
    Read<V> read = copy == null ? null : decode(storeKey, copy);
    return read == null ? null : new Read<>(read.value(), Outcome.STALE);
  }

  /** What to make of a lookup that was no readable hit: an unreadable one is removed first. */
  Lookup readable(String storeKey, Lookup found) {
    if (found instanceof Lookup.Hit
        || found instanceof Lookup.Outdated
        || found instanceof Lookup.Revalidating) {
      dropQuietly(storeKey);
      return Lookup.MISSING;
    }
    return found;
  }

  /** Answers a miss: by the flight that is under way, or by one that this call leads. */
  CompletableFuture<Read<V>> resolve(K key, String storeKey, Lookup seen, Call call) {
    Flight<V> mine = new Flight<>();
    Flight<V> running = enter(storeKey, mine, call);
    if (running != null) {
      return staleOrJoin(key, storeKey, seen, running, call);
    }
    Attempt<K, V> attempt = new Attempt<>(this, key, storeKey, mine, call);
    attempt.proceed(attempt.seen(seen));
    return landed(mine);
  }

  /** Enters a flight, or returns the one that is running. */
  @Nullable Flight<V> enter(String storeKey, Flight<V> mine, Call call) {
    Flight<V> running = flights.enter(storeKey, mine);
    if (running == null && isWithinLoadOf(storeKey, call)) {
      flights.abandon(storeKey, mine, null);
      refuseToWaitForItself(storeKey, call);
    }
    return running;
  }

  /** A loader that reads its own key gets an exception, for else it would wait for itself. */
  void refuseToWaitForItself(String storeKey, Call call) {
    if (isWithinLoadOf(storeKey, call)) {
      throw new IllegalStateException(
          "a loader of "
              + settings.name()
              + " reads a key that it is loading, itself or by way of another load");
    }
  }

  private boolean isWithinLoadOf(String storeKey, Call call) {
    Loading within = call.within();
    return within != null && within.reads(this, storeKey);
  }

  CompletableFuture<Read<V>> landed(Flight<V> flight) {
    return flight.landing().thenApply(landing -> landing.toRead(settings.name()));
  }

  /** Somebody in this JVM is on the way: whoever has a stale copy need not wait. */
  CompletableFuture<Read<V>> staleOrJoin(
      K key, String storeKey, Lookup seen, Flight<V> running, Call call) {
    Read<V> stale = stale(storeKey, seen);
    if (stale != null) {
      return CompletableFuture.completedFuture(stale);
    }
    refuseToWaitForItself(storeKey, call);
    call.waitsLong();
    return join(key, storeKey, running, settings.maxWait().toNanos(), call);
  }

  @SuppressWarnings("unchecked") // a call is one of one cache
  private CompletableFuture<Read<V>> join(
      K key, String storeKey, Flight<V> running, long nanos, Call call) {
    Handover<K, V> handover = (Handover<K, V>) call.handover();
    Flight.Landing<V> late = Flight.Landing.without(Flight.End.LATE);
    CompletableFuture<Flight.Landing<V>> awaited = running.landing().copy();
    Future<?> timeout = timers.after(Duration.ofNanos(nanos), () -> awaited.complete(late));
    awaited.whenComplete((landing, failure) -> timeout.cancel(false));
    boolean hasPlace = loads.hasPlace();
    if (hasPlace && !running.isLoading()) { // it may be the one that the flight's load waits for
      running.queued().thenRun(() -> awaited.complete(late));
    }
    return awaited.thenComposeAsync(
        landing -> {
          // whoever wants a ticket reads by itself, also where another call has failed
          boolean again = handover != null && landing.failure() != null;
          if (landing.answers(call.began()) && !again) {
            return CompletableFuture.completedFuture(shared(landing));
          }
          if (handover != null && landing.end() == Flight.End.LATE) {
            return handover.inVain(call);
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
        : lateLoads.load(key, storeKey, running, call);
  }

  /** An answer that another call in this process has got. */
  Read<V> shared(Flight.Landing<V> landing) {
    Read<V> read = landing.toRead(settings.name());
    boolean loadedHere = read.outcome() == Outcome.LOADED || read.outcome() == Outcome.BYPASSED;
    return loadedHere ? new Read<>(read.value(), Outcome.SHARED) : read;
  }

  /** Whether the cache was built with a loader, so that a call need not bring its own. */
  boolean hasLoader() {
    return own != null;
  }

  /** What a call gets that brings no loader and needs one. */
  IllegalStateException noLoader() {
    return new IllegalStateException(
        "cache "
            + settings.name()
            + " was built without a loader, so each call has to bring its own: get(key, loader)");
  }

  private void checkLoader(@Nullable CacheLoader<?, ?> ofCall) {
    if (own == null && ofCall == null) {
      throw noLoader();
    }
  }

  /** What a call loads by. */
  @SuppressWarnings("unchecked") // a call is one of one cache
  Origin<K, V> origin(Call call) {
    Origin<?, ?> origin = call.origin() == null ? own : call.origin();
    if (origin == null) {
      throw noLoader();
    }
    return (Origin<K, V>) origin;
  }

  /** Whether the loader of a call may be shown the old value. */
  boolean isConditional(@Nullable Origin<?, ?> ofCall) {
    return ofCall == null && own != null && own.isConditional();
  }

  /**
   * Runs the loader, when there is a place for it, and counts.
   *
   * @param previous the old value; null if there is none
   */
  @Nullable Object load(Origin<K, V> origin, K key, @Nullable V previous, Reading reading)
      throws Exception {
    return loads.run(() -> origin.load(key, previous), reading);
  }

  /** Runs the bulk loader, and counts it as one load. */
  Map<K, ?> loadAll(Origin<K, V> origin, List<K> keys, Reading reading) throws Exception {
    BulkAnswer<K, ?> bulk =
        new BulkAnswer<>(origin.loader(), settings.keyEncoder(), settings.name(), toldOfOtherKeys);
    return loads.<Map<K, ?>>run(() -> bulk.load(keys), reading);
  }

  /** The value, or null if its bytes can't be read; that is counted. */
  @Nullable Read<V> decode(String storeKey, StoredValue stored) {
    return values.decode(storeKey, stored);
  }

  ForeignMarks foreign() {
    return foreign;
  }

  void dropQuietly(String storeKey) {
    drops.drop(storeKey);
  }

  /** Starts an operation whose failure changes nothing for the caller. */
  <T> void quietly(Supplier<? extends CompletionStage<T>> operation) {
    guard.run(operation).exceptionally(failure -> null);
  }
}
