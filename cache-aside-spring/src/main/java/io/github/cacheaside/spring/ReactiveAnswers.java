package io.github.cacheaside.spring;

import java.util.List;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/** Publishers that complete when an invocation is over; a class of its own for Reactor's sake. */
final class ReactiveAnswers {
  private static final boolean WITH_TRANSACTIONS =
      ClassUtils.isPresent(
          "org.springframework.transaction.reactive.TransactionSynchronizationManager",
          ReactiveAnswers.class.getClassLoader());

  private ReactiveAnswers() {}

  static Object settled(Invocation invocation, Object answer) {
    ReactiveAdapter adapter =
        ReactiveAdapterRegistry.getSharedInstance().getAdapter(answer.getClass());
    if (adapter == null) {
      return answer;
    }
    if (adapter.isMultiValue()) {
      return adapter.fromPublisher(
          begunFirst(invocation, Flux.from(adapter.<Object>toPublisher(answer)))
              .concatWith(Mono.defer(() -> sent(invocation)).then(Mono.<Object>empty()))
              .doOnCancel(invocation::left)
              .doOnTerminate(invocation::end)); // one who cancels stops no put: Spring reads on
    }
    return adapter.fromPublisher(
        begunFirst(invocation, Mono.from(adapter.<Object>toPublisher(answer)))
            .flatMap(value -> sent(invocation).thenReturn(value))
            .switchIfEmpty(Mono.defer(() -> sent(invocation).then(Mono.<Object>empty())))
            .doFinally(signal -> invocation.end()));
  }

  private static Flux<Object> begunFirst(Invocation invocation, Flux<Object> answer) {
    return invocation.changesBefore().isEmpty() ? answer : begun(invocation).thenMany(answer);
  }

  private static Mono<Object> begunFirst(Invocation invocation, Mono<Object> answer) {
    return invocation.changesBefore().isEmpty() ? answer : begun(invocation).then(answer);
  }

  /** What is to be evicted before is; and stays so until the subscriber's transaction ends. */
  private static Mono<Void> begun(Invocation invocation) {
    Mono<Void> sent = Mono.defer(() -> Mono.fromFuture(invocation.sent()));
    return elsewhere(
        WITH_TRANSACTIONS ? sent.then(ReactiveChanges.join(invocation.changesBefore())) : sent);
  }

  private static Mono<Void> sent(Invocation invocation) {
    List<LateChange> changes = invocation.takeChanges();
    if (changes.isEmpty()) {
      return Mono.empty();
    }
    Mono<Void> sent =
        WITH_TRANSACTIONS
            ? ReactiveChanges.apply(changes)
            : Mono.fromFuture(LateChange.send(changes));
    return elsewhere(sent.doOnCancel(() -> changes.forEach(LateChange::leave)));
  }

  /** What follows may block, and so must not run on the thread that reads what Redis answers. */
  private static Mono<Void> elsewhere(Mono<Void> changed) {
    return changed.publishOn(Schedulers.boundedElastic());
  }

  /** Nothing of a transaction that is not committed may be cached. */
  static Object isolated(Invocation invocation, Object answer) {
    ReactiveAdapter adapter =
        ReactiveAdapterRegistry.getSharedInstance().getAdapter(answer.getClass());
    if (adapter == null || !WITH_TRANSACTIONS) {
      return answer;
    }
    Publisher<Object> publisher = adapter.toPublisher(answer);
    return adapter.fromPublisher(
        adapter.isMultiValue()
            ? Flux.from(publisher).contextWrite(context -> context(invocation, context))
            : Mono.from(publisher).contextWrite(context -> context(invocation, context)));
  }

  private static Context context(Invocation invocation, Context context) {
    return invocation.mayFill() ? ReactiveChanges.outside(context) : context;
  }
}
