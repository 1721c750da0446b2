package io.github.cacheaside.model;

import java.util.List;

/**
 * Soft invalidation and early refresh: a write drops the value, or turns it into a stale copy,
 * which readers may get, told as stale, while one of them refreshes it. A fresh value may be
 * refreshed too, while it is answered as fresh. Three readers and two writers; a value also goes
 * soft by itself, as by its soft TTL, and stale copies and leases expire.
 */
class SoftModel implements Model<SoftModel.Soft> {
  private static final int READERS = 3;
  private static final int WRITERS = 2;
  private static final int NOBODY = -1;
  private static final int NOTHING = -1;

  /** The next step of a reader. */
  enum Next {
    START,
    LOAD,
    FILL,
    DONE
  }

  record Reader(Next next, int acked, int got) {}

  /**
   * The entry: the version of its value, or {@link #NOTHING}; whether that is a stale copy; and who
   * may fill, by a lease or by a refresh token in the value's header.
   */
  record Entry(int version, boolean soft, int filler) {
    static final Entry ABSENT = new Entry(NOTHING, false, NOBODY);

    boolean isFresh() {
      return version != NOTHING && !soft;
    }
  }

  /** A writer is the version that it committed, -1 before and -2 when it is done. */
  record Soft(int db, Entry entry, List<Reader> readers, List<Integer> writers, int acked) {

    Soft entry(Entry next) {
      return new Soft(db, next, readers, writers, acked);
    }

    Soft reader(int me, Reader next) {
      return new Soft(db, entry, Lists.with(readers, me, next), writers, acked);
    }
  }

  /** What a soft invalidation leaves: a stale copy, and no right to fill. */
  Entry soften(Entry entry) {
    return new Entry(entry.version(), entry.version() != NOTHING, NOBODY);
  }

  /** What any other invalidation leaves. */
  Entry drop(Entry entry) {
    return Entry.ABSENT;
  }

  /** Whether the entry is answered as fresh. */
  boolean servesAsFresh(Entry entry) {
    return entry.isFresh();
  }

  @Override
  public Soft start() {
    Reader reader = new Reader(Next.START, 0, 0);
    return new Soft(0, Entry.ABSENT, Lists.of(READERS, reader), Lists.of(WRITERS, -1), 0);
  }

  @Override
  public void steps(Soft state, Steps<Soft> steps) {
    for (int i = 0; i < READERS; i++) {
      read(state, i, steps);
    }
    for (int i = 0; i < WRITERS; i++) {
      write(state, i, steps);
    }
    expire(state, steps);
    boolean quiet =
        state.readers().stream().allMatch(reader -> reader.next() == Next.DONE)
            && state.writers().stream().allMatch(writer -> writer == -2);
    if (quiet && servesAsFresh(state.entry()) && state.entry().version() < state.db()) {
      steps.broken(Promise.NOT_STALE_FOR_EVER);
    }
  }

  private static void expire(Soft state, Steps<Soft> steps) {
    Entry entry = state.entry();
    if (entry.isFresh()) {
      steps.to(state.entry(new Entry(entry.version(), true, entry.filler())));
    } else {
      steps.to(state.entry(Entry.ABSENT));
    }
    if (entry.filler() != NOBODY) {
      steps.to(state.entry(new Entry(entry.version(), entry.soft(), NOBODY)));
    }
  }

  private void write(Soft state, int me, Steps<Soft> steps) {
    int wrote = state.writers().get(me);
    if (wrote == -1) {
      List<Integer> writers = Lists.with(state.writers(), me, state.db() + 1);
      steps.to(new Soft(state.db() + 1, state.entry(), state.readers(), writers, state.acked()));
    } else if (wrote >= 0) {
      List<Integer> writers = Lists.with(state.writers(), me, -2);
      int acked = Math.max(state.acked(), wrote);
      steps.to(new Soft(state.db(), soften(state.entry()), state.readers(), writers, acked));
      steps.to(new Soft(state.db(), drop(state.entry()), state.readers(), writers, acked));
    }
  }

  private void read(Soft state, int me, Steps<Soft> steps) {
    Reader reader = state.readers().get(me);
    Entry entry = state.entry();
    switch (reader.next()) {
      case START -> {
        if (servesAsFresh(entry)) {
          answer(state, me, entry.version(), state.acked(), steps);
        }
        if (entry.filler() == NOBODY) { // also of a fresh one: an early refresh
          Entry mine = new Entry(entry.version(), entry.soft(), me);
          steps.to(state.entry(mine).reader(me, new Reader(Next.LOAD, state.acked(), 0)));
        } else if (entry.soft()) {
          steps.to(state.reader(me, new Reader(Next.DONE, 0, 0))); // told as stale
        }
      }
      case LOAD -> steps.to(state.reader(me, new Reader(Next.FILL, reader.acked(), state.db())));
      case FILL -> {
        boolean mine = entry.filler() == me;
        Soft filled = mine ? state.entry(new Entry(reader.got(), false, NOBODY)) : state;
        answer(filled, me, reader.got(), reader.acked(), steps);
      }
      case DONE -> {}
    }
  }

  private static void answer(Soft state, int me, int version, int acked, Steps<Soft> steps) {
    if (version < acked) {
      steps.broken(Promise.NOT_STALE_AFTER_ACK);
    }
    steps.to(state.reader(me, new Reader(Next.DONE, 0, 0)));
  }

  /** A load that began before the softening may fill after it. */
  static final class KeepsTheFiller extends SoftModel {
    @Override
    Entry soften(Entry entry) {
      return new Entry(entry.version(), entry.version() != NOTHING, entry.filler());
    }
  }

  /** An early refresh that began before the invalidation may fill after it. */
  static final class DropKeepsTheFiller extends SoftModel {
    @Override
    Entry drop(Entry entry) {
      return new Entry(NOTHING, false, entry.filler());
    }
  }

  /** A stale copy is answered as if it were fresh. */
  static final class StaleAsFresh extends SoftModel {
    @Override
    boolean servesAsFresh(Entry entry) {
      return entry.version() != NOTHING;
    }
  }
}
