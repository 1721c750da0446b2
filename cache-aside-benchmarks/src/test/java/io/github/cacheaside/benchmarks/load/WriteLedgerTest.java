package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WriteLedgerTest {
  private static final int KEY = 3;

  private final WriteLedger ledger = new WriteLedger(8);

  private static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }

  @Test
  void nothingIsStaleBeforeSomethingIsAcknowledged() {
    ledger.committed(KEY, 5);
    assertThat(ledger.acked(KEY)).isZero();
    assertThat(ledger.age(KEY, 1, seconds(9))).isNegative();
  }

  @Test
  void theAgeCountsFromTheFirstNewerVersion() {
    ledger.acked(KEY, 2, seconds(1));
    ledger.acked(KEY, 3, seconds(2));
    assertThat(ledger.acked(KEY)).isEqualTo(3);
    assertThat(ledger.committed(KEY)).isEqualTo(3);
    assertThat(ledger.age(KEY, 1, seconds(4))).isEqualTo(seconds(3));
    assertThat(ledger.age(KEY, 2, seconds(4))).isEqualTo(seconds(2));
    assertThat(ledger.age(KEY, 3, seconds(4))).isNegative();
  }

  @Test
  void whatIsAcknowledgedDuringTheReadDoesNotMakeItStale() {
    ledger.acked(KEY, 2, seconds(3));
    assertThat(ledger.age(KEY, 1, seconds(2))).isNegative();
  }

  @Test
  void anOlderVersionThatIsAcknowledgedLaterChangesNothing() {
    ledger.acked(KEY, 3, seconds(1));
    ledger.acked(KEY, 2, seconds(2));
    assertThat(ledger.acked(KEY)).isEqualTo(3);
    assertThat(ledger.age(KEY, 2, seconds(4))).isEqualTo(seconds(3));
  }

  @Test
  void ofALongRunOnlyTheLastTenSecondsAreKept() {
    for (int version = 2; version <= 10_001; version++) {
      ledger.acked(KEY, version, seconds(version / 10.0));
    }
    assertThat(ledger.size()).isLessThanOrEqualTo(102);
    assertThat(ledger.age(KEY, 1, seconds(1_000.2)))
        .as("at least the horizon")
        .isGreaterThanOrEqualTo(WriteLedger.HORIZON.minus(Duration.ofMillis(1)).toNanos());
  }
}
