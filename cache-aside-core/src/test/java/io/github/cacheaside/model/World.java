package io.github.cacheaside.model;

import java.util.List;

/**
 * A database row, its cache entry, and all who read and write it.
 *
 * @param db the committed version
 * @param cell the cache entry
 * @param before the entry before its last change, which is what a failover may bring back
 * @param readers the readers
 * @param writers the writers
 * @param acked the highest version whose write has returned
 * @param fault the fault that may still happen
 */
record World(
    int db,
    Cell cell,
    Cell before,
    List<Reader> readers,
    List<Writer> writers,
    int acked,
    Fault fault) {

  /** What may go wrong, once. */
  enum Fault {
    NONE,
    /** The entry is evicted. */
    EVICTION,
    /** A writer dies between its commit and its invalidation. */
    CRASH,
    /** The marks of writers expire while the writers are alive. */
    EARLY_EXPIRY,
    /** The store loses its last write. */
    FAILOVER,
    /** Somebody drops the key for no reason, as a retried or replayed invalidation does. */
    STRAY_DROP
  }

  /**
   * One reader.
   *
   * @param next what it does next
   * @param acked the highest version whose write had returned when this read began
   * @param committed the version that was committed when this read began
   * @param got the version that it has read
   */
  record Reader(Next next, int acked, int committed, int got) {
    enum Next {
      START,
      LOAD,
      FILL,
      BYPASS,
      LEASE_IN_FLIGHT,
      FILL_LATE,
      DONE
    }

    static final Reader START = new Reader(Next.START, 0, 0, 0);
    static final Reader DONE = new Reader(Next.DONE, 0, 0, 0);

    @Override
    public int hashCode() {
      return ((next.hashCode() * 8 + acked) * 8 + committed) * 8 + got;
    }

    Reader to(Next then) {
      return new Reader(then, acked, committed, got);
    }

    Reader got(int version, Next then) {
      return new Reader(then, acked, committed, version);
    }
  }

  /**
   * One writer.
   *
   * @param did what it has done
   * @param wrote the version that it committed
   */
  record Writer(Did did, int wrote) {
    enum Did {
      START,
      MARKED,
      DROPPED,
      COMMITTED,
      DROPPED_ONCE,
      DONE,
      CRASHED
    }

    @Override
    public int hashCode() {
      return did.hashCode() * 8 + wrote;
    }

    static final Writer START = new Writer(Did.START, 0);
    static final Writer DONE = new Writer(Did.DONE, 0);
  }

  static World of(int readers, int writers, Fault fault) {
    return new World(
        0,
        Cell.ABSENT,
        Cell.ABSENT,
        Lists.of(readers, Reader.START),
        Lists.of(writers, Writer.START),
        0,
        fault);
  }

  boolean isQuiet() {
    return readers.stream().allMatch(reader -> reader.next() == Reader.Next.DONE)
        && writers.stream()
            .allMatch(
                writer -> writer.did() == Writer.Did.DONE || writer.did() == Writer.Did.CRASHED);
  }

  /** The set of writers (one bit each) who have died. */
  int crashed() {
    int crashed = 0;
    for (int i = 0; i < writers.size(); i++) {
      crashed |= writers.get(i).did() == Writer.Did.CRASHED ? 1 << i : 0;
    }
    return crashed;
  }

  /** Quicker than the record's own: the walk is little else than looking states up. */
  @Override
  public int hashCode() {
    int hash = (db * 31 + acked) * 31 + fault.hashCode();
    hash = (hash * 31 + cell.hashCode()) * 31 + before.hashCode();
    for (Reader reader : readers) {
      hash = hash * 1009 + reader.hashCode();
    }
    for (Writer writer : writers) {
      hash = hash * 1009 + writer.hashCode();
    }
    return hash ^ hash >>> 15;
  }

  World cell(Cell next) {
    return new World(db, next, next.equals(cell) ? before : cell, readers, writers, acked, fault);
  }

  World failedOver() {
    return new World(db, before, before, readers, writers, acked, Fault.NONE);
  }

  World spent() {
    return new World(db, cell, before, readers, writers, acked, Fault.NONE);
  }

  World reader(int index, Reader next) {
    return new World(db, cell, before, Lists.with(readers, index, next), writers, acked, fault);
  }

  World writer(int index, Writer next) {
    return new World(db, cell, before, readers, Lists.with(writers, index, next), acked, fault);
  }

  World committed(int version) {
    return new World(version, cell, before, readers, writers, acked, fault);
  }

  World acknowledged(int version) {
    int highest = Math.max(acked, version);
    return new World(db, cell, before, readers, writers, highest, fault);
  }
}
