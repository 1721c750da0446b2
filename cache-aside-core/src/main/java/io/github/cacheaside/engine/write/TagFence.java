package io.github.cacheaside.engine.write;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.WriteNotBegunException;
import io.github.cacheaside.engine.base.Interrupts;
import io.github.cacheaside.engine.guard.CallerThread;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A fence around every entry with some tags, however many they are. Each tag has a mark, which is
 * an intent under a key of its own, and a generation.
 *
 * <ol>
 *   <li>The marks are placed, then the generations renewed: what was cached is no hit any more, and
 *       what a load that began before will fill is none either.
 *   <li>A load that reads the new generation finds the mark, which it looks for after that, and
 *       fills nothing.
 *   <li>After the work the generations are renewed once more, then the marks taken away. The first
 *       is for marks that the store has lost.
 * </ol>
 *
 * <p>If this JVM dies after the commit, the marks expire, and nothing old was filled meanwhile.
 */
public final class TagFence<K, V> implements WriteFence {
  private final WriteParts<K, V> parts;
  private final Removals<K, V> removals;
  private final Fence<K, V> marks;
  private final List<String> tags;
  private volatile boolean degraded;
  private volatile boolean released;

  TagFence(WriteParts<K, V> parts, Removals<K, V> removals, List<String> tags) {
    this.parts = parts;
    this.removals = removals;
    this.tags = tags;
    this.marks =
        new Fence<>(parts, removals, tags.stream().map(parts.settings().tags()::markKey).toList());
  }

  /** Places the marks; what happens when that fails is the policy's to say. */
  public CompletableFuture<WriteFence> place() {
    return marks
        .place()
        .thenCompose(placed -> renewGenerations().handle((renewed, failure) -> placed(failure)));
  }

  private WriteFence placed(@Nullable Throwable failure) {
    if (failure == null) {
      return this;
    }
    if (parts.settings().unfencedWrites() == UnfencedWrites.FAIL) {
      marks.closeAsync();
      throw new WriteNotBegunException(
          "fencing tags of " + parts.settings().name() + " failed", cause(failure));
    }
    degraded = true;
    if (!marks.isDegraded()) {
      parts.counters().degradedWrite();
    }
    return this;
  }

  private CompletableFuture<Void> renewGenerations() {
    return CompletableFuture.allOf(
        tags.stream().map(removals::invalidateTag).toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public boolean mayCommit() {
    return marks.mayCommit();
  }

  @Override
  public boolean isReleased() {
    return released;
  }

  @Override
  public void close() {
    try {
      new CallerThread().await(closeAsync());
    } catch (InterruptedException e) {
      CacheException interrupted = Interrupts.told(parts.settings().name(), e);
      if (isDegraded()) {
        throw interrupted; // it is unknown whether the tags are invalidated
      }
      // else the release is under way, and marks expire
    }
  }

  public CompletableFuture<Void> closeAsync() {
    if (marks.isClosed()) {
      return CompletableFuture.completedFuture(null);
    }
    return renewGenerations()
        .handle((renewed, failure) -> failure)
        .thenCompose(
            failure ->
                marks
                    .closeAsync()
                    .thenAccept(
                        closed -> {
                          released = failure == null && marks.isReleased();
                          if (failure != null && isDegraded()) { // else it is tried again
                            throw new CompletionException(cause(failure));
                          }
                        }));
  }

  private boolean isDegraded() {
    return degraded || marks.isDegraded();
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
