package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.Loaded;
import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.engine.guard.CallerThread;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one flight from a miss to its landing: take the lease, or wait for the load that has
 * it; load; fill.
 *
 * <p>The steps run one after the other on the call's executor.
 */
public final class Attempt<K, V> implements LoadMember<K>, Grant<V>, Call.Begun {
  /** What has to be done next. */
  public enum Next {
    NOTHING,
    LEASE,
    LOOK,
    WAIT,
    LOAD
  }

  /** A value that is to be reloaded while it is still there, and how early that may be. */
  private record Aged(StoredValue.Timing seen, Duration early) {}

  private final LoadParts<K, V> parts;
  private final K key;
  private final String storeKey;
  private final Flight<V> flight;
  private final Call call;
  private final Waiting waiting;
  private final Leases<K, V>.Lease lease;

  private boolean healed;
  private boolean unreadable;
  private long lookedAt;
  private @Nullable Read<V> stale;
  private @Nullable Aged aged;
  private boolean ill;
  private @Nullable StoredValue refreshed;
  private @Nullable CompletableFuture<Boolean> filling;
  private volatile @Nullable WeakReference<Ticket<V>> ticket;
  private volatile @Nullable Thread mayBlock;

  public Attempt(LoadParts<K, V> parts, K key, String storeKey, Flight<V> flight, Call call) {
    this.parts = parts;
    this.key = key;
    this.storeKey = storeKey;
    this.flight = flight;
    this.call = call;
    this.waiting = new Waiting(parts.settings().maxWait(), parts.timers());
    this.lease = parts.leases().lease(key, storeKey, this::isWanted, this::takesTooLong);
    call.leads(this);
  }

  @Override
  public K key() {
    return key;
  }

  @Override
  public Call call() {
    return call;
  }

  @Override
  public String storeKey() {
    return storeKey;
  }

  @Override
  public void waits(boolean forPlace) {
    flight.waits(forPlace);
  }

  @Override
  public boolean isOver() {
    return flight.landing().isDone();
  }

  /** A warming gives up a key that can't be cached; true if so. */
  public boolean givesUp() {
    boolean inVain = call.kind() == Call.Kind.WARMING && !lease.isGranted();
    if (inVain) {
      abandon(
          new CacheException(
              "a value of "
                  + parts.settings().name()
                  + " can't be cached now: the store is ill, a write is in flight, or its tags are"
                  + " not told",
              null));
    }
    return inVain;
  }

  @Override
  public @Nullable CompletableFuture<Boolean> filling() {
    return filling;
  }

  public void proceed(Next next) {
    switch (next) {
      case NOTHING -> {}
      case LEASE -> then(parts.guard().lease(this::askLease), found -> proceed(leased(found)));
      case LOOK -> look();
      case WAIT -> waitThenLook();
      case LOAD -> chooseHowToLoad();
    }
  }

  /** Tells which value is to be reloaded; null if the loader need not see it. */
  void replaces(@Nullable StoredValue value) {
    refreshed = value;
  }

  /** The old value, for a loader that may see it. */
  private @Nullable V previous() {
    Read<V> copy = stale;
    StoredValue value = refreshed;
    if (copy == null && value != null) {
      copy = parts.reader().decode(storeKey, value);
    }
    return copy == null ? null : copy.value();
  }

  /** Plans to reload a value; as long as it is there, and no other load does. */
  Next refresh(StoredValue.Timing seen, Duration early) {
    aged = new Aged(seen, early);
    return Next.LEASE;
  }

  private Lookup judged(Lookup found) {
    return parts.ages().judge(found, parts.origins().mayLoad(call.origin()));
  }

  /** Judges a plain lookup. */
  public Next seen(Lookup found) {
    ill = found instanceof Lookup.Unavailable;
    unreadable = found instanceof Lookup.Undecodable;
    if (found instanceof Lookup.Expired expired) {
      stale = parts.reader().stale(storeKey, found);
      return stale == null
          ? heal()
          : refresh(Objects.requireNonNull(expired.value().timing()), Duration.ZERO);
    }
    if (found instanceof Lookup.Revalidating) {
      stale = parts.reader().stale(storeKey, found);
      return stale == null ? heal() : serve(stale);
    }
    if (found instanceof Lookup.Hit hit) {
      return foundByOther(hit);
    }
    if (found instanceof Lookup.Stale) {
      stale = parts.reader().stale(storeKey, found);
      return stale == null ? heal() : Next.LEASE;
    }
    if (found instanceof Lookup.Missing) {
      return Next.LEASE;
    }
    if (found instanceof Lookup.Outdated) {
      return heal();
    }
    if (found instanceof Lookup.Undecodable) {
      parts.counters().undecodable();
      return Next.LEASE;
    }
    parts.foreign().seen(storeKey);
    return found instanceof Lookup.Loading ? Next.WAIT : Next.LOAD;
  }

  public CompletableFuture<Lookup> askLease() {
    lookedAt = System.nanoTime();
    Aged old = aged;
    return old == null ? lease.ask() : lease.askToReload(old.seen(), old.early());
  }

  /** Judges the answer to {@link #askLease}. */
  public Next leased(Lookup found) {
    ill = found instanceof Lookup.Unavailable;
    if (found instanceof Lookup.Granted) {
      lease.granted();
      return Next.LOAD;
    }
    if (aged != null) {
      return notGranted(found);
    }
    if (found instanceof Lookup.Hit hit) {
      boolean judgedHere = !parts.tagged() && judged(found) instanceof Lookup.Hit;
      return judgedHere ? foundByOther(hit) : Next.LOOK;
    }
    if (found instanceof Lookup.Stale) {
      return stale == null ? Next.LOOK : serve(stale);
    }
    if (found instanceof Lookup.Undecodable) {
      return heal();
    }
    if (found instanceof Lookup.Unavailable) {
      lease.giveBack();
      if (unreadable) {
        parts.reader().drop(storeKey); // it may be so large that its reply was in the lease's way
      }
    }
    return found instanceof Lookup.Loading ? Next.WAIT : Next.LOAD;
  }

  /** This attempt may not reload the value that it has seen. */
  private Next notGranted(Lookup found) {
    if (found instanceof Lookup.Unavailable) {
      lease.giveBack();
    }
    if (call.kind() == Call.Kind.REFRESH) {
      lease.stopRenewing();
      parts.flights().abandon(storeKey, flight, null); // joined callers look for themselves
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
    boolean tagged = parts.tagged() && found instanceof Lookup.Hit;
    return tagged ? Next.LOOK : seen(judged(found));
  }

  private static Outcome freshOutcome(Read<?> copy) {
    return copy.value() == null ? Outcome.ABSENT : Outcome.HIT;
  }

  /** A value appeared while this attempt was under way. */
  private Next foundByOther(Lookup.Hit hit) {
    Read<V> read = parts.reader().decode(storeKey, hit.value());
    if (read != null) {
      land(Flight.Landing.of(read.value(), Outcome.AWAITED, lookedAt));
      return Next.NOTHING;
    }
    return heal();
  }

  /** Another load is replacing the stale copy that this attempt has seen, or none may. */
  private Next serve(Read<V> copy) {
    land(Flight.Landing.of(copy.value(), copy.outcome(), call.began()));
    return Next.NOTHING;
  }

  private Next heal() {
    if (healed) {
      return Next.LOAD; // another program keeps writing what we can't read
    }
    healed = true;
    parts.reader().drop(storeKey);
    return Next.LEASE;
  }

  private void waitThenLook() {
    if (waiting.isOver()) {
      proceed(Next.LOAD);
      return;
    }
    call.waitsLong();
    CompletableFuture<Boolean> told = waiting.untilNextLook(parts.settings().store(), storeKey);
    if (!parts.tagged()) {
      // at once: a look runs no code of the user's, and every thread that has to wake costs time
      told.thenAccept(any -> look());
    } else {
      then(told, any -> look());
    }
  }

  private void look() {
    lookedAt = System.nanoTime();
    then(
        parts.guard().look(() -> parts.reader().lookup(key, storeKey)),
        found -> proceed(seen(judged(found))));
  }

  private void chooseHowToLoad() {
    Call.Taker taker = call.taker();
    if (taker != null) {
      taker.take(call, this);
      return;
    }
    if (givesUp()) {
      return;
    }
    Coalescer<K> coalescer = parts.coalescer();
    boolean gathers = call.kind() == Call.Kind.ONE && call.origin() == null;
    if (coalescer != null && gathers && !parts.runner().hasPlace()) {
      coalescer.load(this);
    } else {
      loadAlone(() -> {});
    }
  }

  @Override
  public void loadAlone(Runnable over) {
    LoadStart start = new LoadStart(this::waits, LoadScope.of(parts.settings(), storeKey, call));
    parts
        .runner()
        .start(
            call.inContext(
                () -> {
                  try {
                    runLoader(start);
                  } finally {
                    over.run();
                  }
                }),
            this::doWithout,
            late -> {
              if (!LoadRunner.goesOn(late)) {
                over.run(); // it could not even be started
              }
              doWithout(late, start.asOf());
            });
  }

  private void runLoader(LoadStart start) {
    try {
      loaded(parts.origins().load(call, key, previous(), start), start.asOf());
    } catch (Throwable failure) { // whatever it is, waiting callers must learn of it
      failed(failure, start.asOf());
    }
  }

  @Override
  public void loaded(@Nullable Object answer, long asOf) {
    if (call.executor() instanceof CallerThread) { // so a thread that may be blocked
      lease.awaitMarks();
    }
    afterLoad(parts.origins().loaded(call, answer), asOf);
  }

  private void afterLoad(@Nullable Loaded<V> loaded, long asOf) {
    V value = loaded == null ? null : loaded.value();
    if (lease.isGranted() && mayFill()) {
      filling = offer(loaded, System.nanoTime() - asOf);
    }
    if (lease.isGranted() && aged != null) {
      parts.throttle().succeeded();
    }
    boolean cached = filling != null;
    if (cached && !mayFill() && !parts.settings().leases()) {
      // invalidated while the value was being serialized; no lease refuses what has just been sent
      parts.reader().drop(storeKey);
    }
    if (lease.isGranted() && !cached) {
      if (aged != null && mayFill() && !parts.guard().sheds()) {
        parts.reader().drop(storeKey); // what was there is not what there is now
      } else {
        lease.giveBack();
      }
    }
    boolean cacheable = lease.isGranted() && (cached || value == null || flight.isDetached());
    land(Flight.Landing.of(value, cacheable ? Outcome.LOADED : Outcome.BYPASSED, asOf));
  }

  /**
   * Offers the value to the store. If that fails the lease is given back, for others wait for it.
   * No reader does where an old value or a stale copy lies, and each read of it would load for a
   * store that is full.
   */
  private @Nullable CompletableFuture<Boolean> offer(@Nullable Loaded<V> loaded, long loadNanos) {
    CompletableFuture<Boolean> fill = lease.offer(loaded, loadNanos);
    if (fill != null && aged == null && stale == null) {
      fill.whenComplete(
          (taken, failure) -> {
            if (failure != null) {
              lease.giveBack();
            }
          });
    }
    return fill;
  }

  /** A flight that has landed by now is not told that its key was invalidated. */
  private boolean mayFill() {
    return !flight.isDetached() && (parts.settings().leases() || !flight.landing().isDone());
  }

  @Override
  public void failed(Throwable failure, long asOf) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    boolean refresh = call.kind() == Call.Kind.REFRESH;
    if (lease.isGranted() && refresh && isOwn(failure)) {
      parts.counters().refreshShed(); // its lease stands until it ends, lest it is tried all over
      lease.stopRenewing();
      parts.flights().abandon(storeKey, flight, null);
      return;
    }
    if (lease.isGranted() && aged != null && (refresh || throttles(failure))) {
      throttle(aged.seen(), failure, asOf);
      return;
    }
    if (lease.isGranted()) {
      lease.giveBack();
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
    return failure instanceof Exception && !isOwn(failure) && parts.throttle().isOn();
  }

  /** Whether the loader has not failed, but this process could not run it. */
  private static boolean isOwn(Throwable failure) {
    return failure instanceof InterruptedException
        || failure instanceof OriginLimiter.Refusal
        || failure instanceof RejectedExecutionException
        || failure instanceof LoadRunner.NotRunException
        || failure instanceof LoadRunner.NotBegunException;
  }

  private void throttle(StoredValue.Timing seen, Throwable failure, long asOf) {
    lease.stopRenewing();
    Read<V> copy = stale;
    parts
        .throttle()
        .failed(key, storeKey, lease.token(), seen, failure, call.executor())
        .thenAcceptAsync(
            stands -> {
              if (stands && copy != null && !flight.isDetached() && !isOver()) {
                parts.counters().servedFailSafe();
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

  @Override
  public void doWithout() {
    Read<V> copy = stale;
    if (copy != null) {
      parts
          .flights()
          .land(storeKey, flight, Flight.Landing.of(copy.value(), copy.outcome(), call.began()));
    }
  }

  @Override
  public void doWithout(Exception reason, long asOf) {
    doWithout();
    if (LoadRunner.goesOn(reason)) {
      parts.flights().land(storeKey, flight, Flight.Landing.failed(reason, asOf));
    } else {
      failed(reason, asOf); // it could not even be started
    }
  }

  @Override
  public void abandon(@Nullable Throwable reason) {
    if (!flight.landing().isDone()) {
      lease.stopRenewing();
      lease.giveBack();
      parts.flights().abandon(storeKey, flight, reason);
    }
  }

  private void land(Flight.Landing<V> landing) {
    lease.stopRenewing();
    parts.flights().land(storeKey, flight, landing);
  }

  @Override
  public boolean isGranted() {
    return lease.isGranted();
  }

  @Override
  public boolean storeIsIll() {
    return ill;
  }

  @Override
  public void handedOver(Ticket<V> to) {
    if (call.executor() instanceof CallerThread) {
      mayBlock = Thread.currentThread();
    }
    ticket = new WeakReference<>(to);
    flight.waits(/* forPlace= */ false);
  }

  @Override
  public boolean isOpen() {
    return !isOver() && !flight.isDetached();
  }

  @Override
  public CompletableFuture<Boolean> fill(@Nullable V value, long asOf) {
    if (isOver()) { // the right has ended by itself
      return CompletableFuture.completedFuture(false);
    }
    parts.counters().load(System.nanoTime() - asOf, /* failed= */ false);
    try {
      if (Thread.currentThread() == mayBlock) {
        lease.awaitMarks();
      }
      afterLoad(value == null ? null : Loaded.of(value), asOf);
    } catch (Throwable e) { // waiting callers must not wait in vain
      abandon(e);
      throw e;
    }
    CompletableFuture<Boolean> offered = filling;
    return offered == null
        ? CompletableFuture.completedFuture(false)
        : offered.handle((taken, failure) -> failure == null && taken && !flight.isDetached());
  }

  private boolean isWanted() {
    WeakReference<Ticket<V>> held = ticket;
    return held == null || held.get() != null;
  }

  /** The loader seems to hang: its key is given back, and only waiting callers get its answer. */
  private void takesTooLong() {
    if (ticket != null) {
      abandon(null); // no thread may come to land it
      return;
    }
    parts.flights().detach(storeKey, flight);
    lease.giveBack();
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
