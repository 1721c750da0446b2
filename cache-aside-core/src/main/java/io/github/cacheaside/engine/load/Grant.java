package io.github.cacheaside.engine.load;

import io.github.cacheaside.Ticket;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The right to fill one key, for the holder of a {@link Ticket}. */
public interface Grant<V> {
  /** Whether it has the lease of its key; else it is of no use. */
  boolean isGranted();

  /** Whether it has no lease since the store did not answer. */
  boolean storeIsIll();

  /** Whether what its holder reads may still be cached. */
  boolean isOpen();

  /** Tells which ticket has it; once that is forgotten, the right ends by itself. */
  void handedOver(Ticket<V> to);

  /** Takes what its holder has read; says whether it is cached. */
  CompletableFuture<Boolean> fill(@Nullable V value, long asOf);

  /** Gives the right back. */
  void abandon(@Nullable Throwable reason);
}
