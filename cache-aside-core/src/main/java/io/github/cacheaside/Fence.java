package io.github.cacheaside;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The intents of one write: placed on every key, renewed while the write runs, released after it.
 *
 * <p>Whether they still stand is judged by this JVM's monotonic clock from the moment <i>before</i>
 * they were sent, so the store's clock can only be later; the answers to the renewals and to the
 * release are the second witness. A renewal that finds an intent gone, or comes too late, places it
 * anew, which is safe, but the fence counts as lost.
 */
final class Fence<K, V> implements WriteFence {
  private static final int MOST_RENEWALS = 300;

  private final Engine<K, V> engine;
  private final Removals<K, V> removals;
  private final List<String> storeKeys;
  private final LeaseToken token = Tokens.next();
  private final long lifeNanos;
  private final AtomicBoolean closed = new AtomicBoolean();

  private volatile boolean degraded;
  private volatile boolean lost;
  private volatile long coveredUntil;
  private volatile @Nullable Future<?> renewal;

  Fence(Engine<K, V> engine, Removals<K, V> removals, List<String> storeKeys) {
    this.engine = engine;
    this.removals = removals;
    this.storeKeys = storeKeys;
    this.lifeNanos = engine.settings().intent().toNanos();
  }

  /** Places the intents; what happens when that fails is the policy's to say. */
  CompletableFuture<WriteFence> place() {
    long sent = System.nanoTime();
    return onEach(key -> engine.store().intent(key, token, engine.settings().intent()))
        .handle(
            (placed, failure) -> {
              storeKeys.forEach(engine.flights()::detach);
              storeKeys.forEach(engine::forget);
              entries().forEach(removals.pending()::note);
              if (failure == null && placed) {
                coveredUntil = sent + lifeNanos;
                renewal = renewAfter(0);
                return this;
              }
              return unfenced(failure);
            });
  }

  private WriteFence unfenced(@Nullable Throwable failure) {
    onEach(key -> engine.store().release(key, token)); // those that were placed
    if (engine.settings().unfencedWrites() == UnfencedWrites.FAIL) {
      closed.set(true);
      throw removals.failure("fencing", storeKeys.size(), failure);
    }
    degraded = true;
    engine.counters().degradedWrite();
    return this;
  }

  @Override
  public boolean mayCommit() {
    if (closed.get() || lost) {
      return false;
    }
    return degraded || coveredUntil - System.nanoTime() >= lifeNanos / 4;
  }

  private Future<?> renewAfter(int renewals) {
    return engine
        .timers()
        .after(
            engine.settings().intent().dividedBy(3),
            () -> {
              if (!closed.get() && renewals < MOST_RENEWALS) {
                renew();
                renewal = renewAfter(renewals + 1);
              }
            });
  }

  private void renew() {
    long sent = System.nanoTime();
    if (sent - coveredUntil > 0) {
      lost = true;
    }
    onEach(this::renew)
        .thenAccept(
            stood -> {
              if (stood) {
                coveredUntil = sent + lifeNanos;
              }
            });
  }

  /** An answer counts also if it comes late, or another key has none. */
  private CompletionStage<Boolean> renew(String key) {
    return engine
        .store()
        .renewIntent(key, token, engine.settings().intent())
        .thenApply(
            stood -> {
              if (!stood) {
                lost = true;
              }
              return stood;
            });
  }

  @Override
  public void close() {
    CallerThread thread = new CallerThread();
    try {
      thread.await(closeAsync());
    } catch (InterruptedException e) {
      CacheException interrupted = engine.interrupted(e);
      if (degraded) {
        throw interrupted; // nobody knows whether the keys are invalidated
      }
      // else the release is under way, and intents expire
    }
  }

  CompletableFuture<Void> closeAsync() {
    if (!closed.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(null);
    }
    Future<?> planned = renewal;
    if (planned != null) {
      planned.cancel(false);
    }
    storeKeys.forEach(engine.flights()::detach);
    if (degraded) {
      return removals.remove(storeKeys);
    }
    boolean inTime = coveredUntil - System.nanoTime() > 0;
    return onEach(key -> engine.store().release(key, token))
        .handle(
            (stood, failure) -> {
              storeKeys.forEach(engine::forget);
              if (failure != null) {
                removals.pending().retry(entries()); // an intent that is left expires by itself
              } else {
                removals.pending().done(entries());
              }
              if (lost || !inTime || Boolean.FALSE.equals(stood)) {
                engine.events().fenceLost(storeKeys.size());
              }
              return null;
            });
  }

  private List<PendingRemovals.Removal> entries() {
    return storeKeys.stream().map(PendingRemovals.Removal::entry).toList();
  }

  /** Whether the operation answered true for every key; all are sent before any is waited for. */
  private CompletableFuture<Boolean> onEach(Function<String, CompletionStage<Boolean>> operation) {
    List<CompletableFuture<Boolean>> sent = new ArrayList<>(storeKeys.size());
    for (String key : storeKeys) {
      sent.add(engine.guard().run(() -> operation.apply(key)));
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> sent.stream().allMatch(CompletableFuture::join));
  }
}
