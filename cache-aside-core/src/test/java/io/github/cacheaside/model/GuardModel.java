package io.github.cacheaside.model;

import io.github.cacheaside.model.Cell.State;
import java.util.List;

/**
 * Leases over a replica that lags: two readers load from it, two writers write to the primary and
 * then drop the key, or put a guard there, a mark that nobody releases.
 *
 * <p>What a reader loads itself may be as old as the replica; only what the cache serves is judged.
 */
class GuardModel implements Model<GuardModel.Lagging> {
  private static final int ACTORS = 2;

  /** The next step of a reader. */
  enum Next {
    START,
    LOAD,
    FILL,
    DONE
  }

  record Reader(Next next, int got) {}

  /**
   * A state; {@code guarded} is the version that the replica must have reached before the guard
   * expires, and a writer is the version that it committed, -1 before and -2 when it is done.
   */
  record Lagging(
      int db,
      int replica,
      Cell cell,
      int guarded,
      List<Reader> readers,
      List<Integer> writers,
      int acked) {

    Lagging reader(Cell next, int me, Reader reader) {
      return new Lagging(
          db, replica, next, guarded, Lists.with(readers, me, reader), writers, acked);
    }

    Lagging cell(Cell next) {
      return new Lagging(db, replica, next, guarded, readers, writers, acked);
    }
  }

  /** What an invalidation leaves. */
  Cell invalidated() {
    return Cell.writing(1);
  }

  /** Whether a guard may have expired. One that is longer than the lag has not before this. */
  boolean guardMayExpire(Lagging state) {
    return state.replica() >= state.guarded();
  }

  @Override
  public Lagging start() {
    Reader reader = new Reader(Next.START, 0);
    return new Lagging(0, 0, Cell.ABSENT, 0, Lists.of(ACTORS, reader), Lists.of(ACTORS, -1), 0);
  }

  @Override
  public void steps(Lagging state, Steps<Lagging> steps) {
    for (int i = 0; i < ACTORS; i++) {
      read(state, i, steps);
      write(state, i, steps);
    }
    Cell cell = state.cell();
    if (cell.is(State.LOADING) || (cell.is(State.WRITING) && guardMayExpire(state))) {
      steps.to(state.cell(Cell.ABSENT));
    }
    if (state.replica() < state.db()) {
      steps.to(
          new Lagging(
              state.db(),
              state.replica() + 1,
              cell,
              state.guarded(),
              state.readers(),
              state.writers(),
              state.acked()));
    }
    if (isQuiet(state) && cell.servesOlderThan(state.db())) {
      steps.broken(Promise.NOT_STALE_FOR_EVER);
    }
  }

  private static boolean isQuiet(Lagging state) {
    return state.replica() == state.db()
        && state.readers().stream().allMatch(reader -> reader.next() == Next.DONE)
        && state.writers().stream().allMatch(writer -> writer == -2);
  }

  private void write(Lagging state, int me, Steps<Lagging> steps) {
    int wrote = state.writers().get(me);
    if (wrote == -2) {
      return;
    }
    boolean commits = wrote == -1;
    int db = commits ? state.db() + 1 : state.db();
    steps.to(
        new Lagging(
            db,
            state.replica(),
            commits ? state.cell() : invalidated(),
            commits ? state.guarded() : Math.max(state.guarded(), wrote),
            state.readers(),
            Lists.with(state.writers(), me, commits ? db : -2),
            commits ? state.acked() : Math.max(state.acked(), wrote)));
  }

  private static void read(Lagging state, int me, Steps<Lagging> steps) {
    Reader reader = state.readers().get(me);
    Cell cell = state.cell();
    Reader done = new Reader(Next.DONE, 0);
    switch (reader.next()) {
      case START -> {
        if (cell.servesOlderThan(state.acked())) {
          steps.broken(Promise.NOT_STALE_AFTER_ACK);
        }
        boolean free = cell.is(State.ABSENT);
        Reader next = free ? new Reader(Next.LOAD, 0) : done;
        steps.to(state.reader(free ? Cell.loading(me) : cell, me, next));
      }
      case LOAD -> steps.to(state.reader(cell, me, new Reader(Next.FILL, state.replica())));
      case FILL ->
          steps.to(state.reader(cell.isLeasedTo(me) ? Cell.value(reader.got()) : cell, me, done));
      case DONE -> {}
    }
  }

  /** An invalidation drops the key and leaves no guard. */
  static final class NoGuard extends GuardModel {
    @Override
    Cell invalidated() {
      return Cell.ABSENT;
    }
  }

  /** The guard may expire before the replica has the write. */
  static final class ShortGuard extends GuardModel {
    @Override
    boolean guardMayExpire(Lagging state) {
      return true;
    }
  }
}
