package io.github.cacheaside.spring;

import io.github.cacheaside.WriteFence;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an annotation changes when a publisher has answered.
 *
 * @param mode what becomes of it inside a transaction
 * @param send makes it at once; a failure is handled, or comes out of the future
 * @param fence places a fence around the entries
 * @param drop invalidates the entries, for when it can't be fenced
 */
record LateChange(
    TransactionMode mode,
    Supplier<CompletableFuture<?>> send,
    Supplier<WriteFence> fence,
    Supplier<CompletableFuture<?>> drop) {
  private static final Logger log = LoggerFactory.getLogger(LateChange.class);

  /** Makes all of them at once, whether or not a caller waits for it. */
  static CompletableFuture<Void> send(List<LateChange> changes) {
    return CompletableFuture.allOf(
        changes.stream().map(each -> each.send().get()).toArray(CompletableFuture<?>[]::new));
  }

  /** Invalidates the entries, and waits for nothing: the answer has gone without it. */
  void leave() {
    try {
      CompletableFuture<?> unused = drop.get(); // what fails is tried again in the background
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      log.warn("what a method has changed could not be invalidated after its answer", e);
    }
  }
}
