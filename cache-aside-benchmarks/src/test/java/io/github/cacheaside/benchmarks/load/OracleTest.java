package io.github.cacheaside.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OracleTest {
  private static final int SLOT = 3;
  private static final int KEY = 5;

  private SharedMemory shared;
  private Oracle oracle;

  @BeforeEach
  void open() throws IOException {
    shared = SharedMemory.create(16);
    oracle = new Oracle(shared, SLOT);
  }

  @AfterEach
  void close() throws IOException {
    shared.close();
  }

  private List<Long> staleness() {
    return List.of(
        shared.total(Count.STALE_AFTER_ACK),
        shared.total(Count.STALE_AFTER_COMMIT),
        shared.total(Count.STALE_ABSENT));
  }

  @Test
  void aReadOfTheAcknowledgedVersionIsFresh() {
    oracle.acked(KEY, 2);
    oracle.read(oracle.before(KEY), 2);
    assertThat(staleness()).containsExactly(0L, 0L, 0L);
    assertThat(shared.total(Count.READS)).isOne();
  }

  @Test
  void aReadBelowTheAcknowledgedVersionIsStale() {
    oracle.acked(KEY, 2);
    oracle.read(oracle.before(KEY), 1);
    assertThat(staleness()).containsExactly(1L, 1L, 0L);
  }

  @Test
  void aReadBelowTheCommittedVersionIsStaleAfterCommitOnly() {
    oracle.acked(KEY, 1);
    oracle.committed(KEY, 2);
    oracle.read(oracle.before(KEY), 1);
    assertThat(staleness()).containsExactly(0L, 1L, 0L);
  }

  @Test
  void aWriteThatEndsDuringTheReadDoesNotMakeItStale() {
    oracle.acked(KEY, 1);
    Oracle.Bound bound = oracle.before(KEY);
    oracle.acked(KEY, 2);
    oracle.read(bound, 1);
    assertThat(staleness()).containsExactly(0L, 0L, 0L);
  }

  @Test
  void anAbsenceAfterTheInsertIsStale() {
    oracle.read(oracle.before(KEY), 0);
    oracle.acked(KEY, 1);
    oracle.read(oracle.before(KEY), 0);
    assertThat(staleness()).containsExactly(1L, 1L, 1L);
    assertThat(shared.total(Count.ABSENT_READS)).isEqualTo(2);
  }

  @Test
  void aThreadMustSeeItsOwnWrite() {
    oracle.ownRead(2, 2);
    oracle.ownRead(2, 1);
    assertThat(shared.total(Count.OWN_READS)).isEqualTo(2);
    assertThat(shared.total(Count.STALE_OWN)).isOne();
  }

  @Test
  void whatIsServedAtRestIsComparedWithTheDatabase() {
    oracle.committed(KEY, 3);
    oracle.atRest(KEY, 3);
    oracle.atRest(KEY, 2);
    assertThat(shared.total(Count.CHECKED)).isEqualTo(2);
    assertThat(shared.total(Count.PERMANENT_STALE)).isOne();
  }

  @Test
  void aVersionNeverFalls_whoeverPublishesLast() throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      long first = i;
      writers.add(
          new Thread(
              () -> {
                for (long version = 4000 + first; version > 0; version -= 4) {
                  shared.publishAcked(KEY, version);
                }
              }));
    }
    writers.forEach(Thread::start);
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(shared.acked(KEY)).isEqualTo(4003);
  }

  @Test
  void anotherJvmSeesTheSameBoard() throws IOException {
    SharedMemory other = SharedMemory.open(shared.file(), shared.keys());
    oracle.acked(KEY, 7);
    other.count(SLOT + 1, Count.READS, 2);
    shared.count(SLOT, Count.READS, 3);
    other.hint(KEY);
    assertThat(other.acked(KEY)).isEqualTo(7);
    assertThat(other.committed(KEY)).isEqualTo(7);
    assertThat(shared.total(Count.READS)).isEqualTo(5);
    assertThat(shared.hinted(0)).isEqualTo(KEY);
    assertThat(shared.hinted(1 + KEY)).isEqualTo(KEY);
    assertThat(shared.hinted(1)).isEqualTo(-1);
    assertThat(shared.takeFresh()).isZero();
    assertThat(other.takeFresh()).isOne();
    assertThat(shared.fresh()).isEqualTo(2);
  }
}
