package io.github.cacheaside.benchmarks;

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

  private Board board;
  private Oracle oracle;

  @BeforeEach
  void open() throws IOException {
    board = Board.create(16);
    oracle = new Oracle(board, SLOT);
  }

  @AfterEach
  void close() throws IOException {
    board.close();
  }

  private List<Long> staleness() {
    return List.of(
        board.total(Count.STALE_AFTER_ACK),
        board.total(Count.STALE_AFTER_COMMIT),
        board.total(Count.STALE_ABSENT));
  }

  @Test
  void aReadOfTheAcknowledgedVersionIsFresh() {
    oracle.acked(KEY, 2);
    oracle.read(oracle.before(KEY), 2);
    assertThat(staleness()).containsExactly(0L, 0L, 0L);
    assertThat(board.total(Count.READS)).isOne();
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
    assertThat(board.total(Count.ABSENT_READS)).isEqualTo(2);
  }

  @Test
  void aThreadMustSeeItsOwnWrite() {
    oracle.ownRead(2, 2);
    oracle.ownRead(2, 1);
    assertThat(board.total(Count.OWN_READS)).isEqualTo(2);
    assertThat(board.total(Count.STALE_OWN)).isOne();
  }

  @Test
  void whatIsServedAtRestIsComparedWithTheDatabase() {
    oracle.committed(KEY, 3);
    oracle.atRest(KEY, 3);
    oracle.atRest(KEY, 2);
    assertThat(board.total(Count.CHECKED)).isEqualTo(2);
    assertThat(board.total(Count.PERMANENT_STALE)).isOne();
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
                  board.publishAcked(KEY, version);
                }
              }));
    }
    writers.forEach(Thread::start);
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(board.acked(KEY)).isEqualTo(4003);
  }

  @Test
  void anotherJvmSeesTheSameBoard() throws IOException {
    Board other = Board.open(board.file(), board.keys());
    oracle.acked(KEY, 7);
    other.count(SLOT + 1, Count.READS, 2);
    board.count(SLOT, Count.READS, 3);
    other.hint(KEY);
    assertThat(other.acked(KEY)).isEqualTo(7);
    assertThat(other.committed(KEY)).isEqualTo(7);
    assertThat(board.total(Count.READS)).isEqualTo(5);
    assertThat(board.hinted(0)).isEqualTo(KEY);
    assertThat(board.hinted(1 + KEY)).isEqualTo(KEY);
    assertThat(board.hinted(1)).isEqualTo(-1);
    assertThat(board.takeFresh()).isZero();
    assertThat(other.takeFresh()).isOne();
    assertThat(board.fresh()).isEqualTo(2);
  }
}
