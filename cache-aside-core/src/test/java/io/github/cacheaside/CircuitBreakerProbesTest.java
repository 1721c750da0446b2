package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  private CompletableFuture<?> probe() {
    CompletableFuture<Object> sent = new CompletableFuture<>();
    probes.add(sent);
    return sent;
  }

  private static void fail(CompletableFuture<Object> probe) {
    probe.completeExceptionally(new TimeoutException());
  }

  @Test
  void opensWithTheFirstFailure_andAsksAtOnce_onceForAll() {
    breaker.failed(this::probe);
    breaker.failed(this::probe);
    assertThat(breaker.sheds(this::probe)).isTrue();
    assertThat(probes).hasSize(1);
    probes.get(0).complete("well");
    assertThat(breaker.sheds(this::probe)).isFalse();
  }

  @Test
  void news_askBesideAProbeThatIsUnderWay_butOneMoreOnly() {
    breaker.failed(this::probe);
    for (int i = 0; i < 100; i++) {
      breaker.probe(this::probe);
    }
    assertThat(probes).hasSize(2);
    probes.get(1).complete("well"); // the first hangs, on a connection that is gone
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void whatFailsAgainWhileAProbeHangs_isAskedAtOnce() {
    breaker.failed(this::probe);
    breaker.probe(this::probe);
    probes.get(1).complete("well");
    breaker.failed(this::probe);
    assertThat(probes).hasSize(3);
    probes.get(2).complete("well");
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aProbeThatFailsLate_doesNotReopen() {
    breaker.failed(this::probe);
    breaker.probe(this::probe);
    probes.get(1).complete("well");
    fail(probes.get(0));
    assertThat(breaker.isOpen()).isFalse();
  }

  @Test
  void aCallerThatHearsThatItIsWell_mayFindItIllAgain_andAsks() {
    breaker.failed(this::probe);
    CompletableFuture<Void> heard = probes.get(0).thenRun(() -> breaker.failed(this::probe));
    probes.get(0).complete("well");
    assertThat(heard).isCompleted();
    breaker.failed(this::probe);
    assertThat(probes.size()).isGreaterThanOrEqualTo(2);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void afterAProbeThatFailed_itIsAskedAgainAfterThePauseOnly() {
    breaker.failed(this::probe);
    fail(probes.get(0));
    assertThat(breaker.sheds(this::probe)).isTrue();
    assertThat(probes).hasSize(1);
    breaker.probe(this::probe);
    assertThat(probes).as("news ask at once").hasSize(2);
  }

  @Test
  void aProbeThatThrows_holdsNothingUp() {
    Supplier<CompletableFuture<?>> broken =
        () -> {
          throw new AssertionError("no memory");
        };
    assertThatThrownBy(() -> breaker.failed(broken)).hasMessage("no memory");
    assertThat(breaker.isOpen()).isTrue();
    breaker.probe(this::probe);
    assertThat(probes).hasSize(1);
  }
}
