package io.github.cacheaside.model;

import java.util.List;

/**
 * Entries that are invalidated by their tag only: its generation is read before the database,
 * stored with the value, and compared when the value is read.
 *
 * <p>Two writers commit and then give the tag a new generation; the tag may be lost once.
 */
class TagModel implements Model<TagModel.Tagged> {
  private static final int READERS = 2;
  private static final int WRITERS = 2;

  /** A reader's next step. */
  enum Next {
    START,
    COMPARE,
    LEASE,
    GENERATION,
    LOAD,
    FILL,
    DONE
  }

  /** What a value or a reader holds. */
  record Stored(int version, int generation) {
    static final Stored NOTHING = new Stored(-1, -1);
  }

  record Reader(Next next, int acked, Stored got) {
    Reader to(Next then) {
      return new Reader(then, acked, got);
    }

    Reader got(Stored stored, Next then) {
      return new Reader(then, acked, stored);
    }
  }

  /** The version that a writer committed; -1 before, and -2 when its tag is invalidated. */
  record Tagged(
      int db,
      int generation,
      int issued,
      boolean mayLoseTag,
      int leasedTo,
      Stored value,
      List<Reader> readers,
      List<Integer> writers,
      int acked) {

    Tagged reader(int me, Reader next) {
      return cell(leasedTo, value, me, next);
    }

    Tagged cell(int lease, Stored stored, int me, Reader next) {
      List<Reader> changed = Lists.with(readers, me, next);
      return new Tagged(db, generation, issued, mayLoseTag, lease, stored, changed, writers, acked);
    }

    Tagged tag(int newGeneration, boolean stillMayLose, List<Integer> changed, int acknowledged) {
      int highest = Math.max(issued, newGeneration);
      int ack = Math.max(acked, acknowledged);
      return new Tagged(
          db, newGeneration, highest, stillMayLose, leasedTo, value, readers, changed, ack);
    }

    Tagged committed(List<Integer> changed) {
      return new Tagged(
          db + 1, generation, issued, mayLoseTag, leasedTo, value, readers, changed, acked);
    }
  }

  /** A tag that was lost gets a generation that never was. */
  int generationOfLostTag(Tagged state) {
    return state.issued() + 1;
  }

  boolean generationBeforeLoad() {
    return true;
  }

  @Override
  public Tagged start() {
    Reader reader = new Reader(Next.START, 0, Stored.NOTHING);
    return new Tagged(
        0, 0, 0, true, -1, Stored.NOTHING, Lists.of(READERS, reader), Lists.of(WRITERS, -1), 0);
  }

  @Override
  public void steps(Tagged state, Steps<Tagged> steps) {
    for (int i = 0; i < READERS; i++) {
      read(state, i, steps);
    }
    for (int i = 0; i < WRITERS; i++) {
      write(state, i, steps);
    }
    if (state.mayLoseTag()) {
      int generation = generationOfLostTag(state);
      steps.to(state.tag(generation, false, state.writers(), 0));
    }
    boolean quiet =
        state.readers().stream().allMatch(reader -> reader.next() == Next.DONE)
            && state.writers().stream().allMatch(writer -> writer == -2);
    Stored value = state.value();
    if (quiet && value.generation() == state.generation() && value.version() < state.db()) {
      steps.broken(Promise.NOT_STALE_FOR_EVER);
    }
  }

  private static void write(Tagged state, int me, Steps<Tagged> steps) {
    int wrote = state.writers().get(me);
    if (wrote == -1) {
      steps.to(state.committed(Lists.with(state.writers(), me, state.db() + 1)));
    } else if (wrote >= 0) {
      List<Integer> changed = Lists.with(state.writers(), me, -2);
      steps.to(state.tag(state.issued() + 1, state.mayLoseTag(), changed, wrote));
    }
  }

  private void read(Tagged state, int me, Steps<Tagged> steps) {
    Reader reader = state.readers().get(me);
    switch (reader.next()) {
      case START -> {
        Reader begun = new Reader(Next.START, state.acked(), Stored.NOTHING);
        boolean hit = !state.value().equals(Stored.NOTHING) && state.leasedTo() < 0;
        steps.to(
            state.reader(me, hit ? begun.got(state.value(), Next.COMPARE) : begun.to(Next.LEASE)));
      }
      case COMPARE -> {
        if (reader.got().generation() == state.generation()) {
          answer(state, me, reader, steps);
        } else {
          steps.to(state.reader(me, reader.to(Next.LEASE)));
        }
      }
      case LEASE -> lease(state, me, reader, steps);
      case GENERATION -> steps.to(state.reader(me, generation(state, reader)));
      case LOAD -> steps.to(state.reader(me, load(state, reader)));
      case FILL -> {
        boolean mine = state.leasedTo() == me;
        Tagged filled = mine ? state.cell(-1, reader.got(), me, reader) : state;
        answer(filled, me, reader, steps);
      }
      case DONE -> {}
    }
  }

  /** Takes the lease if nobody has it, over whatever value is there; else just loads. */
  private void lease(Tagged state, int me, Reader reader, Steps<Tagged> steps) {
    Next first = generationBeforeLoad() ? Next.GENERATION : Next.LOAD;
    Reader loads = reader.got(Stored.NOTHING, first);
    boolean free = state.leasedTo() < 0;
    steps.to(free ? state.cell(me, Stored.NOTHING, me, loads) : state.reader(me, loads));
  }

  private Reader generation(Tagged state, Reader reader) {
    Stored got = new Stored(reader.got().version(), state.generation());
    return reader.got(got, generationBeforeLoad() ? Next.LOAD : Next.FILL);
  }

  private Reader load(Tagged state, Reader reader) {
    Stored got = new Stored(state.db(), reader.got().generation());
    return reader.got(got, generationBeforeLoad() ? Next.FILL : Next.GENERATION);
  }

  private static void answer(Tagged state, int me, Reader reader, Steps<Tagged> steps) {
    if (reader.got().version() < reader.acked()) {
      steps.broken(Promise.NOT_STALE_AFTER_ACK);
    }
    steps.to(state.reader(me, new Reader(Next.DONE, 0, Stored.NOTHING)));
  }

  /** The generation is read after the database. */
  static final class GenerationReadLate extends TagModel {
    @Override
    boolean generationBeforeLoad() {
      return false;
    }
  }

  /** A tag that was lost begins at the first generation again. */
  static final class GenerationsStartOver extends TagModel {
    @Override
    int generationOfLostTag(Tagged state) {
      return 0;
    }
  }
}
