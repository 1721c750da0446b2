package io.github.cacheaside.spring;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Publishers that complete when an invocation is over; a class of its own for Reactor's sake. */
final class ReactiveAnswers {
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
              .concatWith(
                  Mono.defer(() -> Mono.fromFuture(invocation.sent())).then(Mono.<Object>empty()))
              .doOnTerminate(invocation::end)); // one who cancels stops no put: Spring reads on
    }
    return adapter.fromPublisher(
        Mono.from(adapter.<Object>toPublisher(answer))
            .flatMap(value -> Mono.fromFuture(invocation.sent()).thenReturn(value))
            .switchIfEmpty(
                Mono.defer(() -> Mono.fromFuture(invocation.sent()).then(Mono.<Object>empty())))
            .doFinally(signal -> invocation.end()));
  }
}
