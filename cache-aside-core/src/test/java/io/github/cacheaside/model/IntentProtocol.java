package io.github.cacheaside.model;

import io.github.cacheaside.model.Cell.State;
import io.github.cacheaside.model.World.Writer;

/** Leases, and writers that mark the key before their commit and release it after. */
class IntentProtocol extends LeaseProtocol {

  @Override
  void write(World world, int me, Writer writer, Model.Steps<World> steps) {
    switch (writer.did()) {
      case START -> {
        Cell marked = Cell.writing(world.cell().marks() | 1 << me);
        steps.to(world.cell(marked).writer(me, new Writer(Writer.Did.MARKED, 0)));
      }
      case MARKED -> commit(world, me, steps);
      case COMMITTED ->
          steps.to(
              world
                  .cell(release(world.cell(), me))
                  .writer(me, Writer.DONE)
                  .acknowledged(writer.wrote()));
      default -> {}
    }
  }

  /** A key that is not marked any more is removed, whatever it holds. */
  Cell release(Cell cell, int me) {
    return Cell.writing(cell.marks() & ~(1 << me));
  }

  @Override
  boolean mayCrash(Writer writer) {
    return writer.did() == Writer.Did.MARKED || writer.did() == Writer.Did.COMMITTED;
  }

  @Override
  Cell expiredEarly(Cell cell) {
    return cell.is(State.WRITING) ? Cell.ABSENT : cell;
  }
}
