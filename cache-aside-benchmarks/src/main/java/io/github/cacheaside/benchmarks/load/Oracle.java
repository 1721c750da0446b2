package io.github.cacheaside.benchmarks.load;

/**
 * Judges reads in constant time: a read is stale if it returns less than what was published before
 * it started.
 */
public final class Oracle {
  private final SharedMemory shared;
  private final int slot;

  public Oracle(SharedMemory shared, int slot) {
    this.shared = shared;
    this.slot = slot;
  }

  /** What a read that starts now must not fall below. */
  public record Bound(long acked, long committed) {}

  /** Asks for the bound of a read that has not started yet. */
  public Bound before(int key) {
    return new Bound(shared.acked(key), shared.committed(key));
  }

  /** Judges what a read returned; version 0 means that there is no row. */
  public void read(Bound bound, long version) {
    shared.count(slot, Count.READS, 1);
    if (version == 0) {
      shared.count(slot, Count.ABSENT_READS, 1);
    }
    if (version < bound.acked()) {
      shared.count(slot, Count.STALE_AFTER_ACK, 1);
      if (version == 0) {
        shared.count(slot, Count.STALE_ABSENT, 1);
      }
    }
    if (version < bound.committed()) {
      shared.count(slot, Count.STALE_AFTER_COMMIT, 1);
    }
  }

  /** Judges a read by the thread that had that version acknowledged just before. */
  public void ownRead(long written, long version) {
    shared.count(slot, Count.OWN_READS, 1);
    if (version < written) {
      shared.count(slot, Count.STALE_OWN, 1);
    }
  }

  /** Takes note of a write that returned to its caller. */
  public void acked(int key, long version) {
    shared.publishCommitted(key, version);
    shared.publishAcked(key, version);
    shared.count(slot, Count.WRITES, 1);
  }

  /** Takes note of a read or a write that threw. */
  public void failed(boolean write) {
    shared.count(slot, write ? Count.WRITE_ERRORS : Count.READ_ERRORS, 1);
  }

  /** Takes note of a version that somebody has read from the database, hence committed. */
  public void committed(int key, long version) {
    shared.publishCommitted(key, version);
  }

  /** Judges a value that is still served after everything has come to rest. */
  public void atRest(int key, long version) {
    shared.count(slot, Count.CHECKED, 1);
    if (version < shared.committed(key)) {
      shared.count(slot, Count.PERMANENT_STALE, 1);
    }
  }
}
