package io.github.cacheaside.spring;

import java.util.List;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
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
          Flux.from(adapter.<Object>toPublisher(answer))
              .concatWith(Mono.defer(() -> sent(invocation)).then(Mono.<Object>empty()))
              .doOnTerminate(invocation::end)); // one who cancels stops no put: Spring reads on
    }
    return adapter.fromPublisher(
        Mono.from(adapter.<Object>toPublisher(answer))
            .flatMap(value -> sent(invocation).thenReturn(value))
            .switchIfEmpty(Mono.defer(() -> sent(invocation).then(Mono.<Object>empty())))
            .doFinally(signal -> invocation.end()));
  }

  private static Mono<Void> sent(Invocation invocation) {
    List<LateChange> changes = invocation.takeChanges();
    if (changes.isEmpty()) {
      return Mono.empty();
    }
    return WITH_TRANSACTIONS
        ? ReactiveChanges.apply(changes)
        : Mono.fromFuture(LateChange.send(changes));
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
