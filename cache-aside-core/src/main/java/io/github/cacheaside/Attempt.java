package io.github.cacheaside;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one flight from a miss to its landing: take the lease, or wait for the one who has it;
 * load; fill.
 *
 * <p>The steps run one after the other on the call's executor. Only a granted token may fill: when
 * the reply to a lease is lost, the store may grant it after the database read has begun, so the
 * token of such a lease is never used.
 */
final class Attempt<K, V> {
  /** What has to be done next. */
  enum Next {
    NOTHING,
    LEASE,
    LOOK,
    WAIT,
    LOAD
  }

  /** A value that is to be loaded anew while it is still there, and how early that may be. */
  private record Aged(StoredValue.Timing seen, Duration early) {}

  private final Engine<K, V> engine;
  private final K key;
  private final String storeKey;
  private final Flight<V> flight;
  private final Call call;
  private final LeaseToken token = Tokens.next();
  private final Waiting waiting;
  private final Renewal renewal;

  private Generations.Before before = Generations.Before.NOTHING;
  private boolean granted;
  private boolean healed;
  private long lookedAt;
  private @Nullable Read<V> stale;
  private @Nullable Aged aged;
  private boolean ill;
  private @Nullable StoredValue refreshed;
  private @Nullable CompletableFuture<Boolean> filling;
  private volatile @Nullable WeakReference<Ticket<V>> ticket;

  Attempt(Engine<K, V> engine, K key, String storeKey, Flight<V> flight, Call call) {
    this.engine = engine;
    this.key = key;
    this.storeKey = storeKey;
    this.flight = flight;
    this.call = call;
    this.waiting = new Waiting(engine.settings().maxWait(), engine.timers());
    this.renewal = new Renewal(engine, storeKey, token, this::isWanted, this::takesTooLong);
    call.leads(this);
  }

  K key() {
    return key;
  }

  Call call() {
    return call;
  }

  /** A reading for several attempts of one cache. */
  static <K, V> Reading reading(List<Attempt<K, V>> attempts) {
    List<Loading> outer = new ArrayList<>(0);
    for (Attempt<K, V> attempt : attempts) {
      Loading within = attempt.call.within();
      if (within != null && !outer.contains(within)) {
        outer.add(within);
      }
    }
    List<String> storeKeys = attempts.stream().map(attempt -> attempt.storeKey).toList();
    return new Reading(
        wait -> attempts.forEach(attempt -> attempt.waits(wait)),
        new Loading(attempts.get(0).engine, storeKeys, outer));
  }

  Executor executor() {
    return call.executor();
  }

  /** A task of this call, in the context in which it was made. */
  Runnable inContext(Runnable task) {
    return call.inContext(task);
  }

  /** Its load has to wait for a place, or does so no more. */
  void waits(boolean forPlace) {
    flight.waits(forPlace);
  }

  /** Whether its flight has landed or was given up. */
  boolean isOver() {
    return flight.landing().isDone();
  }

  /** Who only wants a key cached gives up where it can't be; true if so. */
  boolean givesUp() {
    boolean inVain = call.kind() == Call.Kind.WARMING && !granted;
    if (inVain) {
      abandon(
          new CacheException(
              "a value of "
                  + engine.settings().name()
                  + " can't be cached now: the store is ill, a write is in flight, or its tags are"
                  + " not told",
              null));
    }
    return inVain;
  }

  /** Whether the store took what was loaded; null if it was not offered anything. */
  @Nullable CompletableFuture<Boolean> filling() {
    return filling;
  }

  void proceed(Next next) {
    switch (next) {
      case NOTHING -> {}
      case LEASE -> then(engine.guard().lease(this::askLease), found -> proceed(leased(found)));
      case LOOK -> look();
      case WAIT -> waitThenLook();
      case LOAD -> load();
    }
  }

  /** Tells which value is to be loaded anew; null if the loader need not see it. */
  void replaces(@Nullable StoredValue value) {
    refreshed = value;
  }

  /** The old value, for a loader that may see it. */
  private @Nullable V previous() {
    Read<V> copy = stale;
    StoredValue value = refreshed;
    if (copy == null && value != null) {
      copy = engine.decode(storeKey, value);
    }
    return copy == null ? null : copy.value();
  }

  /** Plans to load a value anew; as long as it is there, and nobody else does. */
  Next refresh(StoredValue.Timing seen, Duration early) {
    aged = new Aged(seen, early);
    return Next.LEASE;
  }

  /** Judges a plain lookup. */
  Next seen(Lookup found) {
    ill = found instanceof Lookup.Unavailable;
    if (found instanceof Lookup.Expired expired) {
      stale = engine.stale(storeKey, found);
      return stale == null
          ? heal()
          : refresh(Objects.requireNonNull(expired.value().timing()), Duration.ZERO);
    }
    if (found instanceof Lookup.Revalidating) {
      stale = engine.stale(storeKey, found);
      return stale == null ? heal() : serve(stale);
    }
    if (found instanceof Lookup.Hit hit) {
      return arrived(hit);
    }
    if (found instanceof Lookup.Stale) {
      stale = engine.stale(storeKey, found);
      return stale == null ? heal() : Next.LEASE;
    }
    if (found instanceof Lookup.Missing) {
      return Next.LEASE;
    }
    if (found instanceof Lookup.Outdated) {
      return heal();
    }
    if (found instanceof Lookup.Undecodable) {
      engine.counters().undecodable();
      return Next.LEASE;
    }
    engine.foreign().seen(engine, storeKey);
    return found instanceof Lookup.Loading ? Next.WAIT : Next.LOAD;
  }

  CompletableFuture<Lookup> askLease() {
    lookedAt = System.nanoTime();
    Optional<Set<String>> tags = engine.generations().tagsOf(key);
    if (tags.isEmpty()) {
      return CompletableFuture.completedFuture(Lookup.UNAVAILABLE);
    }
    Aged old = aged;
    Duration time = engine.settings().lease();
    CompletionStage<Lookup> lease =
        old == null
            ? engine.store().lease(storeKey, token, time)
            : engine.store().refresh(storeKey, token, time, old.seen(), old.early());
    // in the same round trip, so before the database is read
    return lease
        .thenCombine(
            engine.generations().before(tags.get()),
            (found, known) -> {
              before = known;
              return found;
            })
        .toCompletableFuture();
  }

  /** Judges the answer to {@link #askLease}. */
  Next leased(Lookup found) {
    ill = found instanceof Lookup.Unavailable;
    if (found instanceof Lookup.Granted) {
      granted = true;
      renewal.start();
      return Next.LOAD;
    }
    if (aged != null) {
      return notGranted(found);
    }
    if (found instanceof Lookup.Hit hit) {
      boolean judgedHere =
          engine.generations().none() && engine.judged(found, call) instanceof Lookup.Hit;
      return judgedHere ? arrived(hit) : Next.LOOK;
    }
    if (found instanceof Lookup.Stale) {
      return stale == null ? Next.LOOK : serve(stale);
    }
    if (found instanceof Lookup.Undecodable) {
      return heal();
    }
    if (found instanceof Lookup.Unavailable) {
      giveLeaseBack();
    }
    return found instanceof Lookup.Loading ? Next.WAIT : Next.LOAD;
  }

  /** This attempt may not load the value anew that it has seen. */
  private Next notGranted(Lookup found) {
    if (found instanceof Lookup.Unavailable) {
      giveLeaseBack();
    }
    if (call.kind() == Call.Kind.REFRESH) {
      renewal.stop();
      engine.flights().abandon(storeKey, flight, null); // who has joined looks for itself
      return Next.NOTHING;
    }
    Read<V> copy = Objects.requireNonNull(stale);
    if (found instanceof Lookup.Refreshing) {
      return serve(copy);
    }
    if (found instanceof Lookup.Fresh) {
      land(Flight.Landing.of(copy.value(), freshOutcome(copy), call.began()));
      return Next.NOTHING;
    }
    aged = null;
    if (!(found instanceof Lookup.Unavailable)) {
      stale = null; // it was removed or replaced
    }
    boolean tagged = !engine.generations().none() && found instanceof Lookup.Hit;
    return tagged ? Next.LOOK : seen(engine.judged(found, call));
  }

  private static Outcome freshOutcome(Read<?> copy) {
    return copy.value() == null ? Outcome.ABSENT : Outcome.HIT;
  }

  /** A value appeared while this attempt was under way. */
  private Next arrived(Lookup.Hit hit) {
    Read<V> read = engine.decode(storeKey, hit.value());
    if (read != null) {
      land(Flight.Landing.of(read.value(), Outcome.AWAITED, lookedAt));
      return Next.NOTHING;
    }
    return heal();
  }

  /** Somebody else is replacing the stale copy that this attempt has seen, or nobody may. */
  private Next serve(Read<V> copy) {
    land(Flight.Landing.of(copy.value(), copy.outcome(), call.began()));
    return Next.NOTHING;
  }

  private Next heal() {
    if (healed) {
      return Next.LOAD; // somebody keeps writing what we can't read
    }
    healed = true;
    engine.dropQuietly(storeKey);
    return Next.LEASE;
  }

  private void waitThenLook() {
    if (waiting.isOver()) {
      proceed(Next.LOAD);
      return;
    }
    call.waitsLong();
    CompletableFuture<Boolean> told = waiting.untilNextLook(engine.store(), storeKey);
    if (engine.generations().none()) {
      // at once: a look runs no code of the user's, and every thread that has to wake costs time
      told.thenAccept(any -> look());
    } else {
      then(told, any -> look());
    }
  }

  private void look() {
    lookedAt = System.nanoTime();
    then(
        engine.guard().look(() -> engine.lookup(key, storeKey)),
        found -> proceed(seen(engine.judged(found, call))));
  }

  @SuppressWarnings("unchecked") // a call is one of one cache
  private void load() {
    Handover<K, V> handover = (Handover<K, V>) call.handover();
    if (handover != null) {
      handover.take(this);
      return;
    }
    if (givesUp()) {
      return;
    }
    Coalescer<K, V> coalescer = engine.coalescer();
    boolean gathers = call.kind() == Call.Kind.ONE && call.origin() == null;
    if (coalescer != null && gathers && !engine.loads().hasPlace()) {
      coalescer.load(this);
    } else {
      loadAlone(() -> {});
    }
  }

  /**
   * Runs the loader for this key.
   *
   * @param over is run when the loader is, whatever comes of it
   */
  void loadAlone(Runnable over) {
    Reading reading = new Reading(this::waits, Loading.of(engine, storeKey, call));
    engine
        .loads()
        .start(
            call.inContext(
                () -> {
                  try {
                    load(reading);
                  } finally {
                    over.run();
                  }
                }),
            this::doWithout,
            late -> {
              if (!Loads.goesOn(late)) {
                over.run(); // it could not even be started
              }
              doWithout(late, reading.asOf());
            });
  }

  private void load(Reading reading) {
    try {
      loaded(engine.load(engine.origin(call), key, previous(), reading), reading.asOf());
    } catch (Throwable failure) { // whatever it is, those who wait must learn of it
      failed(failure, reading.asOf());
    }
  }

  /** Takes what the loader has answered, from then on; null if the database has no row. */
  void loaded(@Nullable Object answer, long asOf) {
    if (call.executor() instanceof CallerThread) { // so a thread that may be blocked
      before.awaitMarks(engine.settings().storeTimeout());
    }
    arrived(engine.origin(call).loaded(answer), asOf);
  }

  private void arrived(@Nullable Loaded<V> loaded, long asOf) {
    V value = loaded == null ? null : loaded.value();
    if (granted && mayFill()) {
      filling = offer(loaded, System.nanoTime() - asOf);
    }
    Aging<K, V> aging = engine.aging();
    if (granted && aged != null && aging != null) {
      aging.succeeded();
    }
    boolean cached = filling != null;
    if (cached && !mayFill() && !engine.leases()) {
      // invalidated while the value was being serialized; no lease refuses what has just been sent
      engine.dropQuietly(storeKey);
    }
    if (granted && !cached) {
      if (aged != null && mayFill() && !engine.guard().sheds()) {
        engine.dropQuietly(storeKey); // what was there is not what there is now
      } else {
        giveLeaseBack();
      }
    }
    boolean cacheable = granted && (cached || value == null || flight.isDetached());
    land(Flight.Landing.of(value, cacheable ? Outcome.LOADED : Outcome.BYPASSED, asOf));
  }

  /**
   * Offers the value to the store. If that fails the lease is given back, for others wait for it.
   * Nobody does where an old value or a stale copy lies, and each read of it would load for a store
   * that is full.
   */
  private @Nullable CompletableFuture<Boolean> offer(@Nullable Loaded<V> loaded, long loadNanos) {
    CompletableFuture<Boolean> fill =
        engine.filling().offer(storeKey, token, loaded, before, loadNanos);
    if (fill != null && aged == null && stale == null) {
      fill.whenComplete(
          (taken, failure) -> {
            if (failure != null) {
              giveLeaseBack();
            }
          });
    }
    return fill;
  }

  /** Of a flight that has landed by now nobody learns that its key was invalidated. */
  private boolean mayFill() {
    return !flight.isDetached() && (engine.leases() || !flight.landing().isDone());
  }

  void failed(Throwable failure, long asOf) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    boolean refresh = call.kind() == Call.Kind.REFRESH;
    if (granted && refresh && isOwn(failure)) {
      engine.counters().refreshShed(); // its lease stands until it ends, lest it is tried all over
      renewal.stop();
      engine.flights().abandon(storeKey, flight, null);
      return;
    }
    if (granted && aged != null && (refresh || throttles(failure))) {
      throttle(aged.seen(), failure, asOf);
      return;
    }
    if (granted) {
      giveLeaseBack();
    }
    Read<V> copy = stale;
    if (copy != null && failure instanceof OriginLimiter.Refusal) {
      serve(copy);
    } else {
      land(Flight.Landing.failed(failure, asOf));
    }
  }

  /** Whether the value that is there is left alone for a while after this failure. */
  private boolean throttles(Throwable failure) {
    return failure instanceof Exception
        && !isOwn(failure)
        && engine.aging() != null
        && engine.aging().throttle() != null;
  }

  /** Whether the loader has not failed, but this process could not run it. */
  private static boolean isOwn(Throwable failure) {
    return failure instanceof InterruptedException
        || failure instanceof OriginLimiter.Refusal
        || failure instanceof RejectedExecutionException
        || failure instanceof Loads.NotRunException
        || failure instanceof Loads.NotBegunException;
  }

  private void throttle(StoredValue.Timing seen, Throwable failure, long asOf) {
    renewal.stop();
    Read<V> copy = stale;
    Objects.requireNonNull(engine.aging())
        .failed(key, storeKey, token, seen, failure, call.executor())
        .thenAcceptAsync(
            stands -> {
              if (stands && copy != null && !flight.isDetached() && !isOver()) {
                engine.counters().servedFailSafe();
                serve(copy);
              } else {
                land(Flight.Landing.failed(failure, asOf));
              }
            },
            call.executor())
        .exceptionally(
            refused -> {
              land(Flight.Landing.failed(failure, asOf));
              return null;
            });
  }

  /** The load takes its time: whoever waits for it gets the stale copy, if one was seen. */
  void doWithout() {
    Read<V> copy = stale;
    if (copy != null) {
      engine
          .flights()
          .land(storeKey, flight, Flight.Landing.of(copy.value(), copy.outcome(), call.began()));
    }
  }

  /** The load is waited for no longer, but goes on, and may still fill. */
  void doWithout(Exception reason, long asOf) {
    doWithout();
    if (Loads.goesOn(reason)) {
      engine.flights().land(storeKey, flight, Flight.Landing.failed(reason, asOf));
    } else {
      failed(reason, asOf); // it could not even be started
    }
  }

  /** Ends the attempt without an answer. */
  void abandon(@Nullable Throwable reason) {
    if (!flight.landing().isDone()) {
      renewal.stop();
      giveLeaseBack();
      engine.flights().abandon(storeKey, flight, reason);
    }
  }

  private void land(Flight.Landing<V> landing) {
    renewal.stop();
    engine.flights().land(storeKey, flight, landing);
  }

  /** Whether it holds the lease of its key. */
  boolean isGranted() {
    return granted;
  }

  /** Whether it may not load since the store did not answer. */
  boolean storeIsIll() {
    return ill;
  }

  /** Whoever has the ticket loads, and may forget to say so. */
  void handedOver(Ticket<V> to) {
    ticket = new WeakReference<>(to);
    flight.waits(/* forPlace= */ false);
  }

  /** Whether what its ticket's holder reads may be cached. */
  boolean hasRight() {
    return !isOver() && !flight.isDetached();
  }

  /** Takes what its ticket's holder has read; says whether it is cached. */
  CompletableFuture<Boolean> fill(@Nullable V value, long asOf) {
    if (isOver()) { // the right has ended by itself
      return CompletableFuture.completedFuture(false);
    }
    engine.counters().load(System.nanoTime() - asOf, /* failed= */ false);
    try {
      arrived(value == null ? null : Loaded.of(value), asOf);
    } catch (Throwable e) { // those who wait must not wait in vain
      abandon(e);
      throw e;
    }
    CompletableFuture<Boolean> offered = filling;
    return offered == null
        ? CompletableFuture.completedFuture(false)
        : offered.handle((taken, failure) -> failure == null && taken && !flight.isDetached());
  }

  CacheException interrupted(InterruptedException cause) {
    return engine.interrupted(cause);
  }

  private boolean isWanted() {
    WeakReference<Ticket<V>> held = ticket;
    return held == null || held.get() != null;
  }

  /** The loader seems to hang: its key is given back, and only those who wait get its answer. */
  private void takesTooLong() {
    if (ticket != null) {
      abandon(null); // nobody may come to land it
      return;
    }
    engine.flights().detach(storeKey, flight);
    giveLeaseBack();
  }

  private void giveLeaseBack() {
    engine.quietly(() -> engine.store().abandon(storeKey, token));
  }

  private <T> void then(CompletableFuture<T> stage, Consumer<T> step) {
    stage
        .thenAcceptAsync(step, call.executor())
        .exceptionally(
            failure -> {
              abandon(failure.getCause() == null ? failure : failure.getCause()); // refused
              return null;
            });
  }
}
