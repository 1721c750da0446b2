package io.github.cacheaside.engine.write;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.WriteNotBegunException;
import io.github.cacheaside.engine.base.Interrupts;
import io.github.cacheaside.engine.base.Tokens;
import io.github.cacheaside.engine.guard.CallerThread;
import io.github.cacheaside.engine.guard.Windows;
import io.github.cacheaside.spi.LeaseToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The intents of one write: placed on every key, renewed while the write runs, released after it.
 *
 * <p>Whether they still stand is judged by this JVM's monotonic clock from the moment <i>before</i>
 * they were sent, so the store's clock can only be later; the answers to the renewals and to the
 * release are the second witness. A renewal that finds an intent gone, or comes too late, places it
 * again, which is safe, but the fence counts as lost.
 *
 * <p>One of many keys is placed, renewed and released in {@linkplain Windows windows}. That takes
 * time, so its intents live longer, and those that stand are renewed while the others are placed. A
 * release waits for the renewal that is under way and forbids the next: one that came after it
 * would leave an intent that is never taken away.
 */
public final class Fence<K, V> implements WriteFence {
  private static final int RENEWALS_IN_LIFE = 3;
  private static final int MOST_LIVES = 100;

  /** By so much an intent lives longer for each key; to renew it takes a tenth of that or less. */
  private static final Duration LIFE_OF_A_KEY = Duration.ofNanos(400_000);

  private final WriteParts<K, V> parts;
  private final Removals<K, V> removals;
  private final List<String> storeKeys;
  private final LeaseToken token = Tokens.next();
  private final Duration life;
  private final long lifeNanos;

  private volatile boolean degraded;
  private volatile boolean lost;
  private volatile boolean released;
  private volatile long coveredUntil;

  /** How many intents are placed, and when the oldest of those that are on their way was sent. */
  private volatile int placed;

  private volatile long placing;

  // Of the monitor, which is not held while anything is sent:
  private boolean closed;
  private @Nullable Future<?> planned;
  private CompletableFuture<?> renewing = CompletableFuture.completedFuture(null);

  Fence(WriteParts<K, V> parts, Removals<K, V> removals, List<String> storeKeys) {
    this.parts = parts;
    this.removals = removals;
    this.storeKeys = storeKeys;
    this.life = parts.settings().fenceTime().plus(more(storeKeys.size()));
    this.lifeNanos = life.toNanos();
  }

  /** Nothing for what fits in a window. */
  private static Duration more(int keys) {
    return keys <= Windows.MOST_AT_ONCE ? Duration.ZERO : LIFE_OF_A_KEY.multipliedBy(keys);
  }

  /** Places the intents; what happens when that fails is the policy's to say. */
  public CompletableFuture<WriteFence> place() {
    long began = System.nanoTime();
    placing = began;
    coveredUntil = began + lifeNanos;
    if (storeKeys.size() > Windows.MOST_AT_ONCE) {
      planRenewal(0);
    }
    return placeAll()
        .thenCompose(this::placedInTime)
        .handle(
            (stands, failure) -> {
              storeKeys.forEach(parts.flights()::detach);
              storeKeys.forEach(parts.reader()::forget);
              entries(storeKeys).forEach(removals.pending()::note);
              if (failure == null && stands) {
                if (storeKeys.size() <= Windows.MOST_AT_ONCE) {
                  planRenewal(0);
                }
                return this;
              }
              return unfenced(failure);
            });
  }

  /** As long as each can be placed. */
  private CompletableFuture<Answers> placeAll() {
    Answers sum = new Answers();
    return Windows.<String, Boolean>each(
            storeKeys,
            window -> {
              placing = System.nanoTime();
              return parts.guard().window(window, key -> parts.store().intent(key, token, life));
            },
            (from, answers) -> {
              sum.add(storeKeys, from, answers);
              if (sum.good()) {
                placed = from + answers.size();
              }
            },
            sum::good)
        .thenApply(sum::sent);
  }

  /** The first may have been placed long ago: before the work begins there must be time for it. */
  private CompletableFuture<Boolean> placedInTime(Answers answers) {
    if (!answers.all(storeKeys.size())) {
      return answers.failure == null
          ? CompletableFuture.completedFuture(false)
          : CompletableFuture.failedFuture(answers.failure);
    }
    if (coveredUntil - System.nanoTime() >= lifeNanos / 2) {
      return CompletableFuture.completedFuture(true);
    }
    return renew()
        .thenApply(
            done -> {
              if (lost || coveredUntil - System.nanoTime() < lifeNanos / 4) {
                throw new CompletionException(
                    new TimeoutException("the first marks had expired before the last was placed"));
              }
              return true;
            });
  }

  private WriteFence unfenced(@Nullable Throwable failure) {
    boolean fails = parts.settings().unfencedWrites() == UnfencedWrites.FAIL;
    if (fails) {
      close(true);
    } else {
      degraded = true;
    }
    // those that were placed, and the window that may have been
    List<String> some =
        storeKeys.subList(0, Math.min(storeKeys.size(), placed + Windows.MOST_AT_ONCE));
    stopRenewing()
        .whenComplete(
            (done, thrown) -> onEach(some, key -> parts.store().release(key, token), () -> true));
    if (fails) {
      CacheStoreException e = removals.failure("fencing", storeKeys.size(), failure);
      throw new WriteNotBegunException(String.valueOf(e.getMessage()), e.getCause());
    }
    parts.counters().degradedWrite();
    return this;
  }

  @Override
  public boolean mayCommit() {
    if (isClosed() || lost) {
      return false;
    }
    return degraded || coveredUntil - System.nanoTime() >= lifeNanos / 4;
  }

  @Override
  public boolean isReleased() {
    return released;
  }

  boolean isDegraded() {
    return degraded;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Closes it; whether it was open. */
  private synchronized boolean close(boolean now) {
    boolean was = closed;
    closed = now;
    return !was;
  }

  private synchronized void planRenewal(int renewals) {
    if (!closed && !degraded && renewals < RENEWALS_IN_LIFE * MOST_LIVES) {
      planned =
          parts
              .timers()
              .after(
                  life.dividedBy(RENEWALS_IN_LIFE),
                  () -> {
                    CompletableFuture<?> unused = renew();
                    planRenewal(renewals + 1);
                  });
    }
  }

  /** Renews what is placed, unless that is under way, or the fence is closed. */
  private CompletableFuture<?> renew() {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    synchronized (this) {
      if (closed || degraded || !renewing.isDone()) {
        return renewing;
      }
      renewing = done;
    }
    long now = System.nanoTime();
    long oldest = placing; // in this order: what is not counted below was sent then, or later
    int count = placed;
    long sent = count == storeKeys.size() ? now : oldest;
    if (now - coveredUntil > 0) {
      lost = true;
    }
    onEach(storeKeys.subList(0, count), this::renew, () -> !isClosed())
        .whenComplete(
            (answers, failure) -> {
              if (failure == null && answers.all(count)) {
                coveredUntil = sent + lifeNanos;
              }
              done.complete(null);
            });
    return done;
  }

  /** An answer counts also if it comes late, or another key has none. */
  private CompletionStage<Boolean> renew(String key) {
    if (isClosed()) { // in the middle of a window: the release waits for those that are sent
      return CompletableFuture.completedFuture(false);
    }
    return parts
        .store()
        .renewIntent(key, token, life)
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
      CacheException interrupted = Interrupts.told(parts.settings().name(), e);
      if (degraded) {
        throw interrupted; // it is unknown whether the keys are invalidated
      }
      // else the release is under way, and intents expire
    }
  }

  public CompletableFuture<Void> closeAsync() {
    if (!close(true)) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<?> renewed = stopRenewing();
    storeKeys.forEach(parts.flights()::detach);
    if (degraded) {
      return removals.remove(storeKeys).thenRun(() -> released = true);
    }
    boolean inTime = coveredUntil - System.nanoTime() > 0;
    return renewed
        .thenCompose(done -> onEach(storeKeys, key -> removals.release(key, token), () -> true))
        .thenApply(
            answers -> {
              storeKeys.forEach(parts.reader()::forget);
              List<String> failed = new ArrayList<>(answers.failed);
              failed.addAll(storeKeys.subList(answers.sent, storeKeys.size()));
              if (failed.isEmpty()) {
                removals.pending().done(entries(storeKeys));
                released = true;
              } else {
                removals.pending().retryKeys(failed); // an intent that is left expires by itself
              }
              if (lost || !inTime || answers.refused) {
                parts.events().fenceLost(storeKeys.size());
              }
              return null;
            });
  }

  /** Completes when no renewal is under way; none begins any more. */
  private synchronized CompletableFuture<?> stopRenewing() {
    Future<?> next = planned;
    if (next != null) {
      next.cancel(false);
    }
    return renewing;
  }

  private static List<PendingRemovals.Removal> entries(List<String> storeKeys) {
    return storeKeys.stream().map(PendingRemovals.Removal::entry).toList();
  }

  private CompletableFuture<Answers> onEach(
      List<String> keys,
      Function<String, CompletionStage<Boolean>> operation,
      BooleanSupplier goesOn) {
    Answers sum = new Answers();
    return Windows.<String, Boolean>each(
            keys,
            window -> parts.guard().window(window, operation),
            (from, answers) -> sum.add(keys, from, answers),
            goesOn)
        .thenApply(sum::sent);
  }

  /** What an operation on keys has come to. */
  private static final class Answers {
    final List<String> failed = new ArrayList<>(0);
    @Nullable Throwable failure;
    boolean refused;
    int sent;

    void add(List<String> keys, int from, List<CompletableFuture<Boolean>> answers) {
      for (int i = 0; i < answers.size(); i++) {
        String key = keys.get(from + i);
        answers
            .get(i)
            .whenComplete(
                (stood, thrown) -> {
                  if (thrown != null) {
                    failed.add(key);
                    failure = failure == null ? thrown : failure;
                  } else if (!stood) {
                    refused = true;
                  }
                });
      }
    }

    Answers sent(int count) {
      sent = count;
      return this;
    }

    /** Whether all were answered with true until now. */
    boolean good() {
      return failed.isEmpty() && !refused;
    }

    /** Whether all of so many were. */
    boolean all(int count) {
      return good() && sent == count;
    }
  }
}
