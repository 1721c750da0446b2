package io.github.cacheaside.model;

import io.github.cacheaside.model.Model.Promise;
import io.github.cacheaside.model.World.Fault;
import io.github.cacheaside.model.World.Reader;
import io.github.cacheaside.model.World.Writer;

/**
 * What readers and writers do, in steps that are atomic because each is one command to the store or
 * one to the database. Around them the world expires leases and causes at most one fault.
 *
 * <p>The table of {@code protocol.md} is for three readers and two writers.
 */
abstract class Protocol {
  abstract void read(World world, int me, Reader reader, Model.Steps<World> steps);

  abstract void write(World world, int me, Writer writer, Model.Steps<World> steps);

  /** Whether a writer may die here; only from its commit on does it matter. */
  boolean mayCrash(Writer writer) {
    return writer.did() == Writer.Did.COMMITTED;
  }

  /** What expires by itself. */
  void expire(World world, Model.Steps<World> steps) {}

  /** What {@link Fault#EARLY_EXPIRY} and {@link Fault#STRAY_DROP} leave. */
  Cell expiredEarly(Cell cell) {
    return cell;
  }

  Cell strayDrop(Cell cell) {
    return Cell.ABSENT;
  }

  final Explorer.Findings explore(int readers, int writers, Fault fault) {
    return Explorer.explore(
        new Model<World>() {
          @Override
          public World start() {
            return World.of(readers, writers, fault);
          }

          @Override
          public void steps(World world, Steps<World> steps) {
            walk(world, steps);
          }
        });
  }

  private void walk(World world, Model.Steps<World> steps) {
    for (int i = 0; i < world.readers().size(); i++) {
      Reader reader = world.readers().get(i);
      boolean starts = reader.next() == Reader.Next.START;
      read(world, i, starts ? begun(world) : reader, steps);
    }
    for (int i = 0; i < world.writers().size(); i++) {
      Writer writer = world.writers().get(i);
      write(world, i, writer, steps);
      if (world.fault() == Fault.CRASH && mayCrash(writer)) {
        steps.to(world.writer(i, new Writer(Writer.Did.CRASHED, 0)).spent());
      }
    }
    expire(world, steps);
    fail(world, steps);
    if (world.isQuiet() && world.cell().servesOlderThan(world.db())) {
      steps.broken(Promise.NOT_STALE_FOR_EVER);
    }
  }

  private static Reader begun(World world) {
    return new Reader(Reader.Next.START, world.acked(), world.db(), 0);
  }

  private void fail(World world, Model.Steps<World> steps) {
    Cell cell = world.cell();
    Cell next =
        switch (world.fault()) {
          case NONE, CRASH -> cell;
          case EVICTION -> Cell.ABSENT;
          case EARLY_EXPIRY -> expiredEarly(cell);
          case STRAY_DROP -> strayDrop(cell);
          case FAILOVER -> world.before();
        };
    if (!next.equals(cell)) {
      steps.to((world.fault() == Fault.FAILOVER ? world.failedOver() : world.cell(next)).spent());
    }
  }

  /** Ends a read, and judges it. */
  static void answer(World world, int me, Reader reader, int version, Model.Steps<World> steps) {
    if (version < reader.acked()) {
      steps.broken(Promise.NOT_STALE_AFTER_ACK);
    }
    if (version < reader.committed()) {
      steps.broken(Promise.NOT_STALE_AFTER_COMMIT);
    }
    steps.to(world.reader(me, Reader.DONE));
  }

  static void commit(World world, int me, Model.Steps<World> steps) {
    int version = world.db() + 1;
    steps.to(world.committed(version).writer(me, new Writer(Writer.Did.COMMITTED, version)));
  }
}
