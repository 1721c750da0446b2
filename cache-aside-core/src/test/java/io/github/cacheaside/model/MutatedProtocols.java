package io.github.cacheaside.model;

import io.github.cacheaside.model.Cell.State;
import io.github.cacheaside.model.World.Reader;
import io.github.cacheaside.model.World.Writer;

/** The protocol with more that can happen to it, and with one line changed. */
final class MutatedProtocols {
  private MutatedProtocols() {}

  /** The fill does not look at the token. */
  static final class FillWithoutToken extends LeaseProtocol {
    @Override
    Cell fill(Cell cell, int me, int version) {
      return Cell.value(version);
    }
  }

  /** A lease that runs out while its holder loads may be renewed; a mutant grants it anew. */
  static class Renewal extends LeaseProtocol {
    Cell renew(Cell cell, int me) {
      return cell; // its life has no number here, so a standing lease just goes on standing
    }

    @Override
    void read(World world, int me, Reader reader, Model.Steps<World> steps) {
      super.read(world, me, reader, steps);
      if (reader.next() == Reader.Next.FILL) {
        steps.to(world.cell(renew(world.cell(), me)));
      }
    }

    static final class GrantsAnew extends Renewal {
      @Override
      Cell renew(Cell cell, int me) {
        return cell.is(State.ABSENT) ? Cell.loading(me) : cell;
      }
    }
  }

  /** A writer that is done deletes the key, whoever else has marked it. */
  static final class DeletesInsteadOfReleasing extends IntentProtocol {
    @Override
    Cell release(Cell cell, int me) {
      return Cell.ABSENT;
    }
  }

  /** A drop, as a retried invalidation sends it, wipes the marks of writers. */
  static final class DropWipesMarks extends IntentProtocol {
    @Override
    Cell drop(Cell cell) {
      return Cell.ABSENT;
    }
  }

  /** A lease replaces a mark. */
  static final class LeaseReplacesMark extends IntentProtocol {
    @Override
    void look(World world, int me, Reader reader, Model.Steps<World> steps) {
      boolean marked = world.cell().is(State.WRITING);
      super.look(marked ? world.cell(Cell.ABSENT) : world, me, reader, steps);
    }
  }

  /** The key is dropped before the commit only. */
  static final class DropBeforeCommit extends LeaseProtocol {
    @Override
    void write(World world, int me, Writer writer, Model.Steps<World> steps) {
      switch (writer.did()) {
        case START ->
            steps.to(world.cell(drop(world.cell())).writer(me, new Writer(Writer.Did.DROPPED, 0)));
        case DROPPED -> {
          int version = world.db() + 1;
          steps.to(world.committed(version).writer(me, Writer.DONE).acknowledged(version));
        }
        default -> {}
      }
    }
  }

  /** Writers that die leave marks, and these expire. */
  static final class CrashedMarksExpire extends IntentProtocol {
    @Override
    void expire(World world, Model.Steps<World> steps) {
      super.expire(world, steps);
      if ((world.cell().marks() & world.crashed()) != 0) {
        steps.to(world.cell(Cell.writing(world.cell().marks() & ~world.crashed())));
      }
    }
  }

  /**
   * A reader may give up waiting for the answer to its lease and load; the lease arrives at the
   * store later. What is granted so late is given back; a mutant fills with it.
   */
  static class LateLease extends LeaseProtocol {
    @Override
    void look(World world, int me, Reader reader, Model.Steps<World> steps) {
      super.look(world, me, reader, steps);
      if (world.cell().is(State.ABSENT)) {
        steps.to(world.reader(me, reader.got(world.db(), Reader.Next.LEASE_IN_FLIGHT)));
      }
    }

    @Override
    void read(World world, int me, Reader reader, Model.Steps<World> steps) {
      super.read(world, me, reader, steps);
      if (reader.next() == Reader.Next.LEASE_IN_FLIGHT) {
        boolean free = world.cell().is(State.ABSENT);
        World arrived = free ? world.cell(Cell.loading(me)) : world;
        steps.to(arrived.reader(me, reader.to(Reader.Next.FILL_LATE)));
      } else if (reader.next() == Reader.Next.FILL_LATE) {
        World over = world.cell(end(world.cell(), me, reader.got()));
        answer(over, me, reader, reader.got(), steps);
      }
    }

    Cell end(Cell cell, int me, int version) {
      return cell.isLeasedTo(me) ? Cell.ABSENT : cell;
    }

    static final class Fills extends LateLease {
      @Override
      Cell end(Cell cell, int me, int version) {
        return fill(cell, me, version);
      }
    }
  }
}
