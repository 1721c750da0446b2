package io.github.cacheaside.engine.read;

import io.github.cacheaside.Warmed;
import io.github.cacheaside.Warming;
import io.github.cacheaside.engine.load.Call;
import io.github.cacheaside.engine.load.CapturedContext;
import io.github.cacheaside.engine.load.LoadScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Warms a cache batch by batch, never more than one at a time, so its memory does not depend on how
 * many keys there are. Steps run one after the other on the executor; pauses occupy no thread.
 */
public final class Warmer<K, V> {
  private final ReadParts<K, V> parts;
  private final Executor executor;
  private final Iterator<? extends K> keys;
  private final Warming how;
  private final CapturedContext context;
  private final @Nullable LoadScope within = LoadScope.current();
  private final CompletableFuture<Warmed> end = new CompletableFuture<>();

  private Warmed soFar = Warmed.NOTHING;
  private long due = System.nanoTime();
  private volatile @Nullable Call call;

  public Warmer(ReadParts<K, V> parts, Executor executor, Iterator<? extends K> keys, Warming how) {
    this.parts = parts;
    this.executor = executor;
    this.keys = keys;
    this.how = how;
    this.context = parts.load().runner().contextOfLoads();
  }

  /** Begins; completes when all keys are done, or with what an iterator or listener threw. */
  public CompletableFuture<Warmed> start() {
    try {
      CompletableFuture.runAsync(this::proceed, executor).exceptionally(this::fail);
    } catch (RejectedExecutionException e) {
      fail(e);
    }
    return end;
  }

  /** The caller goes away. */
  public void abandon() {
    end.cancel(false);
    Call current = call;
    if (current != null) {
      current.abandon();
    }
  }

  private @Nullable Void fail(Throwable failure) {
    end.completeExceptionally(
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure);
    return null;
  }

  private void proceed() {
    while (!end.isDone()) {
      List<K> batch = nextBatch();
      if (batch.isEmpty()) {
        end.complete(soFar);
        return;
      }
      CompletableFuture<Void> step =
          warm(batch).thenAcceptAsync(this::account, executor).thenCompose(done -> pause());
      if (!step.isDone()) { // else go on here: a chain of steps would grow with the keys
        step.thenRunAsync(this::proceed, executor).exceptionally(this::fail);
        return;
      }
      step.join();
    }
  }

  private List<K> nextBatch() {
    List<K> batch = new ArrayList<>();
    while (batch.size() < how.batch() && keys.hasNext()) {
      batch.add(keys.next());
    }
    return batch;
  }

  private CompletableFuture<Warmed> warm(List<K> batch) {
    due = Math.max(due, System.nanoTime());
    Call now = new Call(executor, Call.Kind.WARMING).in(context);
    now.within(within);
    call = now;
    return new BulkRead<>(parts, now, batch)
        .warm()
        .thenApply(
            warmed -> {
              long twice = batch.size() - warmed.done(); // keys that were given twice are hits
              return warmed.plus(new Warmed(twice, twice, 0, 0, 0, null));
            });
  }

  private void account(Warmed batch) {
    call = null;
    due += how.nanos(batch.done() - batch.hits());
    soFar = soFar.plus(batch);
    how.tell(soFar);
  }

  private CompletableFuture<Void> pause() {
    long pause = due - System.nanoTime();
    CompletableFuture<Void> over = new CompletableFuture<>();
    if (pause <= 0 || !keys.hasNext()) {
      over.complete(null);
    } else {
      parts.load().timers().after(Duration.ofNanos(pause), () -> over.complete(null));
    }
    return over;
  }
}
