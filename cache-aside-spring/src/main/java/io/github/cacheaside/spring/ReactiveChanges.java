package io.github.cacheaside.spring;

import io.github.cacheaside.WriteFence;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.reactive.TransactionContextManager;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Changes of a reactive transaction. A fence stands from the change on until the transaction is
 * complete: what the transaction reads goes to the database meanwhile, as does what others read.
 */
final class ReactiveChanges {
  private static final Logger log = LoggerFactory.getLogger(ReactiveChanges.class);

  private ReactiveChanges() {}

  /** Makes the changes, or has the transaction of the subscriber's context make them. */
  static Mono<Void> apply(List<LateChange> changes) {
    return current()
        .flatMap(
            transaction ->
                transaction.isEmpty()
                    ? Mono.fromFuture(LateChange.send(changes))
                    : join(transaction.get(), changes));
  }

  /** Has the transaction of the subscriber's context, if any, make what was made already. */
  static Mono<Void> join(List<LateChange> made) {
    List<LateChange> joined =
        made.stream().filter(each -> each.mode() != TransactionMode.IGNORED).toList();
    return current()
        .flatMap(
            transaction -> transaction.isEmpty() ? Mono.empty() : join(transaction.get(), joined));
  }

  private static Mono<Optional<TransactionSynchronizationManager>> current() {
    return TransactionSynchronizationManager.forCurrentTransaction()
        .filter(ReactiveChanges::isActive)
        .map(Optional::of)
        .onErrorResume(NoTransactionException.class, none -> Mono.empty())
        .defaultIfEmpty(Optional.empty());
  }

  private static boolean isActive(TransactionSynchronizationManager transaction) {
    return transaction.isActualTransactionActive() && transaction.isSynchronizationActive();
  }

  private static Mono<Void> join(
      TransactionSynchronizationManager transaction, List<LateChange> changes) {
    return Flux.fromIterable(changes)
        .concatMap(
            change ->
                change.mode() == TransactionMode.IGNORED
                    ? Mono.fromFuture(LateChange.send(List.of(change)))
                    : synchronization(change)
                        .doOnNext(transaction::registerSynchronization)
                        .then()
                        .doOnCancel(() -> leave(transaction, change)))
        .then();
  }

  /** Who waits for a fence that Redis does not answer may cancel, and commit all the same. */
  private static void leave(TransactionSynchronizationManager transaction, LateChange change) {
    if (isActive(transaction)) {
      transaction.registerSynchronization(new Unfenced(change));
    }
  }

  private static Mono<TransactionSynchronization> synchronization(LateChange change) {
    if (change.mode() == TransactionMode.AFTER_COMMIT) {
      return Mono.just(new Unfenced(change));
    }
    return Mono.fromCallable(() -> change.fence().get())
        .subscribeOn(Schedulers.boundedElastic())
        .doOnDiscard(WriteFence.class, WriteFence::close)
        .<TransactionSynchronization>map(fence -> new Fenced(change, fence))
        .onErrorResume(UnsupportedOperationException.class, e -> Mono.just(new Unfenced(change)));
  }

  /** A context in which no transaction goes on. */
  static Context outside(Context context) {
    return TransactionContextManager.createTransactionContext().apply(context);
  }

  /** After the commit nothing is thrown: what fails is tried again in the background. */
  private static Mono<Void> quietly(Mono<?> task) {
    return task.then()
        .onErrorResume(
            e -> {
              log.warn("invalidating at the end of a transaction failed; it is tried again", e);
              return Mono.empty();
            });
  }

  /** Made after the commit. */
  private record Unfenced(LateChange change) implements TransactionSynchronization {
    @Override
    public Mono<Void> afterCompletion(int status) {
      return status == STATUS_ROLLED_BACK
          ? Mono.empty()
          : quietly(Mono.defer(() -> Mono.fromFuture(change.drop().get())));
    }
  }

  /** Made, and fenced until the end. */
  private record Fenced(LateChange change, WriteFence fence) implements TransactionSynchronization {
    @Override
    public Mono<Void> beforeCommit(boolean readOnly) {
      return fence.mayCommit()
          ? Mono.empty()
          : Mono.error(
              new TransientDataAccessResourceException(
                  "the fence of a cache was lost before the commit"));
    }

    @Override
    public Mono<Void> afterCompletion(int status) {
      return status == STATUS_UNKNOWN // the commit may still come: the fence ends by itself
          ? quietly(Mono.defer(() -> Mono.fromFuture(change.drop().get())))
          : quietly(Mono.fromRunnable(fence::close).subscribeOn(Schedulers.boundedElastic()));
    }
  }
}
