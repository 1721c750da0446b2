package io.github.cacheaside.model;

import io.github.cacheaside.model.World.Reader;
import io.github.cacheaside.model.World.Writer;

/** Get, on a miss load and set; delete after the commit. What most libraries do. */
class NaiveProtocol extends Protocol {

  /** Deletes once more, some time after the write has returned. */
  static final class DoubleDelete extends NaiveProtocol {
    @Override
    Writer afterDelete() {
      return new Writer(Writer.Did.DROPPED_ONCE, 0);
    }
  }

  Writer afterDelete() {
    return Writer.DONE;
  }

  @Override
  void read(World world, int me, Reader reader, Model.Steps<World> steps) {
    switch (reader.next()) {
      case START -> {
        if (world.cell().is(Cell.State.VALUE)) {
          answer(world, me, reader, world.cell().detail(), steps);
        } else {
          steps.to(world.reader(me, reader.to(Reader.Next.LOAD)));
        }
      }
      case LOAD -> steps.to(world.reader(me, reader.got(world.db(), Reader.Next.FILL)));
      case FILL -> answer(world.cell(Cell.value(reader.got())), me, reader, reader.got(), steps);
      default -> {}
    }
  }

  @Override
  void write(World world, int me, Writer writer, Model.Steps<World> steps) {
    switch (writer.did()) {
      case START -> commit(world, me, steps);
      case COMMITTED ->
          steps.to(world.cell(Cell.ABSENT).writer(me, afterDelete()).acknowledged(writer.wrote()));
      case DROPPED_ONCE -> steps.to(world.cell(Cell.ABSENT).writer(me, Writer.DONE));
      default -> {}
    }
  }
}
