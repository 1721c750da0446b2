package io.github.cacheaside.model;

import io.github.cacheaside.model.Cell.State;
import io.github.cacheaside.model.World.Reader;
import io.github.cacheaside.model.World.Writer;

/**
 * A reader that missed takes a lease, loads, and fills if the lease still stands; a writer drops
 * the key after its commit. A reader that finds somebody else's lease reads the database.
 *
 * <p>The lease's life has no number: it may expire at any moment.
 */
class LeaseProtocol extends Protocol {

  @Override
  void read(World world, int me, Reader reader, Model.Steps<World> steps) {
    switch (reader.next()) {
      case START -> look(world, me, reader, steps);
      case LOAD -> steps.to(world.reader(me, reader.got(world.db(), Reader.Next.FILL)));
      case FILL -> {
        Cell cell = fill(world.cell(), me, reader.got());
        answer(world.cell(cell), me, reader, reader.got(), steps);
      }
      case BYPASS -> answer(world, me, reader, world.db(), steps);
      default -> {}
    }
  }

  void look(World world, int me, Reader reader, Model.Steps<World> steps) {
    switch (world.cell().state()) {
      case VALUE -> answer(world, me, reader, world.cell().detail(), steps);
      case ABSENT -> steps.to(world.cell(Cell.loading(me)).reader(me, reader.to(Reader.Next.LOAD)));
      default -> steps.to(world.reader(me, reader.to(Reader.Next.BYPASS)));
    }
  }

  Cell fill(Cell cell, int me, int version) {
    return cell.isLeasedTo(me) ? Cell.value(version) : cell;
  }

  @Override
  void write(World world, int me, Writer writer, Model.Steps<World> steps) {
    switch (writer.did()) {
      case START -> commit(world, me, steps);
      case COMMITTED ->
          steps.to(
              world.cell(drop(world.cell())).writer(me, Writer.DONE).acknowledged(writer.wrote()));
      default -> {}
    }
  }

  Cell drop(Cell cell) {
    return cell.is(State.WRITING) ? cell : Cell.ABSENT;
  }

  @Override
  Cell strayDrop(Cell cell) {
    return drop(cell);
  }

  @Override
  void expire(World world, Model.Steps<World> steps) {
    if (world.cell().is(State.LOADING)) {
      steps.to(world.cell(Cell.ABSENT));
    }
  }
}
