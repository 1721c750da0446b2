package io.github.cacheaside.model;

import io.github.cacheaside.model.Cell.State;
import java.util.List;

/**
 * A near cache in the readers' JVM: filled from a store hit or an accepted fill, if the stamp of
 * the key's stripe has not moved since before the read. Writers in another JVM drop the key; the
 * push about it arrives later, moves the stamp and empties the near cache.
 *
 * <p>A near entry may be stale while a push is under way; the promise is that none stays.
 */
class NearModel implements Model<NearModel.Near> {
  private static final int ACTORS = 2;
  private static final int NOTHING = -1;

  /** The next step of a reader. */
  enum Next {
    START,
    LOOK,
    LOAD,
    FILL,
    STAMP,
    FILL_NEAR,
    DONE
  }

  record Reader(Next next, int stamp, int got) {
    static final Reader DONE = new Reader(Next.DONE, 0, NOTHING);

    Reader to(Next then) {
      return new Reader(then, stamp, got);
    }
  }

  /** A writer is 0 before, 1 when it has committed, 2 when it has dropped the key. */
  record Near(
      int db,
      Cell cell,
      int near,
      int stamp,
      int pushes,
      List<Reader> readers,
      List<Integer> writers) {

    Near cell(Cell next) {
      return new Near(db, next, near, stamp, pushes, readers, writers);
    }

    Near reader(int me, Reader next) {
      return new Near(db, cell, near, stamp, pushes, Lists.with(readers, me, next), writers);
    }

    Near near(int version) {
      return new Near(db, cell, version, stamp, pushes, readers, writers);
    }

    boolean isQuiet() {
      return pushes == 0
          && readers.stream().allMatch(reader -> reader.next() == Next.DONE)
          && writers.stream().allMatch(writer -> writer == 2);
    }
  }

  /** Whether the near cache takes what was read. */
  boolean mayFillNear(Near state, Reader reader) {
    return state.stamp() == reader.stamp();
  }

  /** Whether the stamp is read before the store is asked. */
  boolean stampFirst() {
    return true;
  }

  @Override
  public Near start() {
    Reader reader = new Reader(Next.START, 0, NOTHING);
    return new Near(0, Cell.ABSENT, NOTHING, 0, 0, Lists.of(ACTORS, reader), Lists.of(ACTORS, 0));
  }

  @Override
  public void steps(Near state, Steps<Near> steps) {
    for (int i = 0; i < ACTORS; i++) {
      read(state, i, steps);
      write(state, i, steps);
    }
    if (state.cell().is(State.LOADING)) {
      steps.to(state.cell(Cell.ABSENT));
    }
    if (state.pushes() > 0) {
      steps.to(
          new Near(
              state.db(),
              state.cell(),
              NOTHING,
              state.stamp() + 1,
              state.pushes() - 1,
              state.readers(),
              state.writers()));
    }
    if (state.isQuiet() && state.near() != NOTHING && state.near() < state.db()) {
      steps.broken(Promise.NOT_STALE_FOR_EVER);
    }
  }

  private static void write(Near state, int me, Steps<Near> steps) {
    int did = state.writers().get(me);
    if (did == 2) {
      return;
    }
    boolean drops = did == 1;
    steps.to(
        new Near(
            drops ? state.db() : state.db() + 1,
            drops ? Cell.ABSENT : state.cell(),
            state.near(),
            state.stamp(),
            state.pushes() + did,
            state.readers(),
            Lists.with(state.writers(), me, did + 1)));
  }

  private void read(Near state, int me, Steps<Near> steps) {
    Reader reader = state.readers().get(me);
    switch (reader.next()) {
      case START -> {
        Reader asks = new Reader(Next.LOOK, state.stamp(), NOTHING);
        steps.to(state.reader(me, state.near() == NOTHING ? asks : Reader.DONE));
      }
      case LOOK -> look(state, me, reader, steps);
      case LOAD -> steps.to(state.reader(me, new Reader(Next.FILL, reader.stamp(), state.db())));
      case FILL -> {
        boolean mine = state.cell().isLeasedTo(me);
        Near filled = mine ? state.cell(Cell.value(reader.got())) : state;
        steps.to(filled.reader(me, mine ? answered(reader, reader.got()) : Reader.DONE));
      }
      case STAMP ->
          steps.to(state.reader(me, new Reader(Next.FILL_NEAR, state.stamp(), reader.got())));
      case FILL_NEAR -> {
        Near after = mayFillNear(state, reader) ? state.near(reader.got()) : state;
        steps.to(after.reader(me, Reader.DONE));
      }
      case DONE -> {}
    }
  }

  private void look(Near state, int me, Reader reader, Steps<Near> steps) {
    switch (state.cell().state()) {
      case VALUE -> steps.to(state.reader(me, answered(reader, state.cell().detail())));
      case ABSENT -> steps.to(state.cell(Cell.loading(me)).reader(me, reader.to(Next.LOAD)));
      default -> steps.to(state.reader(me, Reader.DONE));
    }
  }

  private Reader answered(Reader reader, int version) {
    return new Reader(stampFirst() ? Next.FILL_NEAR : Next.STAMP, reader.stamp(), version);
  }

  /** Nobody looks at the stamp. */
  static final class NoStamp extends NearModel {
    @Override
    boolean mayFillNear(Near state, Reader reader) {
      return true;
    }
  }

  /** The stamp is read after the answer of the store. */
  static final class StampReadLate extends NearModel {
    @Override
    boolean stampFirst() {
      return false;
    }
  }
}
