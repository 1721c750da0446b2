package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.interceptor.SimpleCacheErrorHandler;
import reactor.core.publisher.Mono;

/** What becomes of changes that an answer has to wait for. */
class InvocationTest {
  private final List<String> left = new ArrayList<>();
  private Invocation invocation;

  @BeforeEach
  void open() throws NoSuchMethodException {
    invocation =
        new Invocation(
            InvocationTest.class.getDeclaredMethod("answered"), SimpleCacheErrorHandler::new);
  }

  static Mono<String> answered() {
    return Mono.empty();
  }

  private LateChange change(String name) {
    return new LateChange(
        TransactionMode.FENCED,
        () -> CompletableFuture.completedFuture(null),
        () -> {
          throw new UnsupportedOperationException(name);
        },
        () -> {
          left.add(name);
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Else the transaction of the other would be committed without its fence. */
  @Test
  void ofTwoSubscribers_neitherTakesAwayWhatTheOtherHasChanged() {
    LateChange one = change("one");
    LateChange other = change("other");
    invocation.change("one", one);
    invocation.change("other", other);
    assertThat(invocation.takeChanges()).containsExactly(one, other);
    assertThat(invocation.takeChanges()).containsExactly(one, other);
    invocation.end();
    assertThat(left).isEmpty();
  }

  @Test
  void aSecondSubscription_makesNoLongerList() {
    LateChange last = change("last");
    invocation.change("one", change("one"));
    invocation.change("one", last);
    assertThat(invocation.takeChanges()).containsExactly(last);
  }

  @Test
  void whatNoAnswerHasWaitedFor_isInvalidatedAtTheEnd() {
    invocation.change("one", change("one"));
    invocation.takeChanges();
    invocation.change("other", change("other"));
    invocation.end();
    assertThat(left).containsExactly("other");
  }

  @Test
  void afterTheSubscriberHasLeft_changesWaitForNothing() {
    invocation.change("one", change("one"));
    invocation.left();
    invocation.change("other", change("other"));
    assertThat(left).containsExactly("one", "other");
  }
}
