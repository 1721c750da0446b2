package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call of a user: when it began, where its steps run, and which attempts it leads. */
public final class Call {

  /** What a call is for. */
  public enum Kind {
    /** To answer one key. Its miss may be coalesced with others. */
    ONE,
    /** To answer many keys. */
    MANY,
    /** To reload a value before any reader misses it. */
    REFRESH,
    /** To have keys cached: what can't be cached is not loaded. */
    WARMING
  }

  /** What a call has begun, and ends if its caller goes away. */
  interface Begun {
    void abandon(@Nullable Throwable reason);
  }

  /** Takes over where a call would load. */
  public interface Taker {
    void take(Call call, Grant<?> grant);

    /** Another load takes too long: the caller reads by itself, and this read ends so. */
    CacheException inVain(Call call);
  }

  private final long began;
  private final Executor executor;
  private final Kind kind;
  private final List<Begun> led = new ArrayList<>(1);
  private @Nullable LoadScope within = LoadScope.current();
  private CapturedContext context = CapturedContext.NONE;
  private @Nullable Origin<?, ?> origin;
  private @Nullable Taker taker;
  private @Nullable Begun late;

  /** A call for one key that begins now. */
  public Call(Executor executor) {
    this(executor, System.nanoTime());
  }

  /** A call for one key that began then. */
  public Call(Executor executor, long began) {
    this(executor, began, Kind.ONE);
  }

  /** A call that begins now. */
  public Call(Executor executor, Kind kind) {
    this(executor, System.nanoTime(), kind);
  }

  private Call(Executor executor, long began, Kind kind) {
    this.began = began;
    this.executor = executor;
    this.kind = kind;
  }

  long began() {
    return began;
  }

  public Executor executor() {
    return executor;
  }

  public Kind kind() {
    return kind;
  }

  /** The call is over: its thread, if it has one, may go. */
  public void over() {
    if (executor instanceof PooledCallThread thread) {
      thread.letGo();
    }
  }

  /** What this call for one key waits for may take long: no thread is kept for it. */
  void waitsLong() {
    if (kind == Kind.ONE) {
      over();
    }
  }

  /** Tells in which context this call was made. */
  public Call in(CapturedContext made) {
    context = made;
    return this;
  }

  /** Tells by what this call loads; null for the loader of the cache. */
  public Call by(@Nullable Origin<?, ?> own) {
    origin = own;
    return this;
  }

  /** What it loads by; null for the loader of the cache. */
  public @Nullable Origin<?, ?> origin() {
    return origin;
  }

  /** Tells that this call does not load, but hands its attempt over. */
  public Call handsOver(Taker to) {
    taker = to;
    return this;
  }

  /** What takes over instead of a load; null if it loads. */
  @Nullable Taker taker() {
    return taker;
  }

  /** The task, in the context in which this call was made. */
  public Runnable inContext(Runnable task) {
    return context.around(task);
  }

  /** The load that makes this call; null if none does. */
  public @Nullable LoadScope within() {
    return within;
  }

  /** Tells of a load that makes this call, if it was begun on another thread. */
  public void within(@Nullable LoadScope load) {
    within = load;
  }

  /** Tells of the thread that makes this call, if it was begun on another. */
  public void madeHere(CapturedContext made) {
    within = LoadScope.current();
    context = made;
  }

  /** Where keys gather that this call waits for no longer; another one once it is taken. */
  Begun late(Supplier<? extends Begun> anew) {
    synchronized (led) {
      Begun gathering = late;
      if (gathering == null) {
        gathering = anew.get();
        late = gathering;
      }
      return gathering;
    }
  }

  /** Those that have gathered are on their way. */
  void lateAreTaken() {
    synchronized (led) {
      late = null;
    }
  }

  /** Remembers an attempt that this call leads. */
  void leads(Begun attempt) {
    synchronized (led) {
      led.add(attempt);
    }
  }

  /** What it has led until now has landed. */
  public void settled() {
    synchronized (led) {
      led.clear();
    }
  }

  /** The caller goes away: callers that wait for its attempts must not wait in vain. */
  public void abandon() {
    abandon(null);
  }

  private void abandon(@Nullable Throwable reason) {
    List<Begun> copy;
    @Nullable Begun gathering;
    synchronized (led) {
      copy = List.copyOf(led);
      gathering = late;
    }
    copy.forEach(attempt -> attempt.abandon(reason));
    if (gathering != null) {
      gathering.abandon(reason);
    }
  }

  public void abandonIf(@Nullable Throwable failure) {
    if (failure != null) {
      abandon(failure);
    }
  }
}
