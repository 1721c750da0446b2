package io.github.cacheaside.spring;

import io.github.cacheaside.WriteFence;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

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

  /** Makes all of them at once, whether or not a caller waits for it. */
  static CompletableFuture<Void> send(List<LateChange> changes) {
    return CompletableFuture.allOf(
        changes.stream().map(each -> each.send().get()).toArray(CompletableFuture<?>[]::new));
  }
}
