package io.github.cacheaside.benchmarks;

/**
 * Judges reads in constant time: a read is stale if it returns less than what was published before
 * it started.
 */
final class Oracle {
  private final Board board;
  private final int slot;

  Oracle(Board board, int slot) {
    this.board = board;
    this.slot = slot;
  }

  /** What a read that starts now must not fall below. */
  record Bound(long acked, long committed) {}

  /** Asks for the bound of a read that has not started yet. */
  Bound before(int key) {
    return new Bound(board.acked(key), board.committed(key));
  }

  /** Judges what a read returned; version 0 means that there is no row. */
  void read(Bound bound, long version) {
    board.count(slot, Count.READS, 1);
    if (version == 0) {
      board.count(slot, Count.ABSENT_READS, 1);
    }
    if (version < bound.acked()) {
      board.count(slot, Count.STALE_AFTER_ACK, 1);
      if (version == 0) {
        board.count(slot, Count.STALE_ABSENT, 1);
      }
    }
    if (version < bound.committed()) {
      board.count(slot, Count.STALE_AFTER_COMMIT, 1);
    }
  }

  /** Judges a read by the thread that had that version acknowledged just before. */
  void ownRead(long written, long version) {
    board.count(slot, Count.OWN_READS, 1);
    if (version < written) {
      board.count(slot, Count.STALE_OWN, 1);
    }
  }

  /** Takes note of a write that returned to its caller. */
  void acked(int key, long version) {
    board.publishCommitted(key, version);
    board.publishAcked(key, version);
    board.count(slot, Count.WRITES, 1);
  }

  /** Takes note of a read or a write that threw. */
  void failed(boolean write) {
    board.count(slot, write ? Count.WRITE_ERRORS : Count.READ_ERRORS, 1);
  }

  /** Takes note of a version that somebody has read from the database, hence committed. */
  void committed(int key, long version) {
    board.publishCommitted(key, version);
  }

  /** Judges a value that is still served after everything has come to rest. */
  void atRest(int key, long version) {
    board.count(slot, Count.CHECKED, 1);
    if (version < board.committed(key)) {
      board.count(slot, Count.PERMANENT_STALE, 1);
    }
  }
}
