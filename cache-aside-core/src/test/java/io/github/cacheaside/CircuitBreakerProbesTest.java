package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Which probes a circuit breaker sends, by probes that end when the test says so. */
final class CircuitBreakerProbesTest {
  private final CircuitBreaker breaker = CircuitBreaker.probingEvery(Duration.ofMinutes(1));
  private final List<CompletableFuture<Object>> probes = new ArrayList<>();
  private final Supplier<CompletableFuture<?>> probe =
      () -> {
        CompletableFuture<Object> sent = new CompletableFuture<>();
        probes.add(sent);
        return sent;
      };

  private static void fail(CompletableFuture<Object> probe) {
    probe.completeExceptionally(new TimeoutException());
  }

  @Test
  void opensWithTheFirstFailure_andAsksAtOnce_onceForAll() {
    breaker.failed(probe);
    breaker.failed(probe);
    assertThat(breaker.sheds(probe)).isTrue();
    assertThat(probes).hasSize(1);
    probes.get(0).complete("well");
    assertThat(breaker.sheds(probe)).isFalse();
  }

  @Test
  void news_askBesideAProbeThatIsUnderWay_butOneMoreOnly() {
    breaker.failed(probe);
    for (int i = 0; i < 100; i++) {
      breaker.probe(probe);
    }
    assertThat(probes).hasSize(2);
    probes.get(1).complete("well"); // the first hangs, on a connection that is gone
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void whatFailsAgainWhileAProbeHangs_isAskedAtOnce() {
    breaker.failed(probe);
    breaker.probe(probe);
    probes.get(1).complete("well");
    breaker.failed(probe);
    assertThat(probes).hasSize(3);
    probes.get(2).complete("well");
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aProbeThatFailsLate_doesNotReopen() {
    breaker.failed(probe);
    breaker.probe(probe);
    probes.get(1).complete("well");
    fail(probes.get(0));
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aCallerThatHearsThatItIsWell_mayFindItIllAgain_andAsks() {
    breaker.failed(probe);
    probes.get(0).thenRun(() -> breaker.failed(probe)); // runs after it was judged
    probes.get(0).complete("well");
    breaker.failed(probe);
    assertThat(probes.size()).isGreaterThanOrEqualTo(2);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void afterAProbeThatFailed_itIsAskedAgainAfterThePauseOnly() {
    breaker.failed(probe);
    fail(probes.get(0));
    assertThat(breaker.sheds(probe)).isTrue();
    assertThat(probes).hasSize(1);
    breaker.probe(probe);
    assertThat(probes).as("news ask at once").hasSize(2);
  }

  @Test
  void aProbeThatThrows_holdsNothingUp() {
    Supplier<CompletableFuture<?>> broken =
        () -> {
          throw new AssertionError("no memory");
        };
    try {
      breaker.failed(broken);
    } catch (AssertionError expected) {
      assertThat(breaker.isOpen()).isTrue();
    }
    breaker.probe(probe);
    assertThat(probes).hasSize(1);
  }
}
