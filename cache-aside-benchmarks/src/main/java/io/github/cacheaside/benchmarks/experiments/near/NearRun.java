package io.github.cacheaside.benchmarks.experiments.near;

import io.github.cacheaside.benchmarks.load.AcknowledgedVersions;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.subjects.NearSubject;
import io.github.cacheaside.benchmarks.subjects.NearSubjects;
import io.github.cacheaside.benchmarks.subjects.Subject;
import java.time.Duration;

/** One subject under one fault: a reader with a near cache, and a writer elsewhere. */
final class NearRun {
  private static final Duration WARM_UP = Duration.ofSeconds(1);

  /** From when nothing is harmed and nothing written, until what is old counts as old for good. */
  static final Duration REST = Duration.ofMillis(2_500);

  /** What was found. */
  record Found(
      NearReader.Reads reads, int stillStale, long writes, long writeErrors, double nearShare) {
    /** Rounded up, so 0 means that nothing was stale. */
    long oldestMillis() {
      return (long) Math.ceil(reads.oldestNanos() / 1e6);
    }
  }

  private NearRun() {}

  static Found run(String subject, NearFault fault, Duration length, long seed) throws Exception {
    MemoryDatabase database = new MemoryDatabase(NearSubjects.KEYS);
    AcknowledgedVersions acks = new AcknowledgedVersions(NearSubjects.KEYS);
    try (NearServers servers = NearServers.open(fault);
        Subject there = NearSubjects.open(subject, servers.writerUri(), database);
        Subject here = NearSubjects.open(subject, servers.readerUri(), database)) {
      NearReader reader = new NearReader(here, acks);
      NearWriter writer = new NearWriter(there, database, acks, seed);
      reader.start();
      Stalls.sleepMillis(WARM_UP.toMillis());
      writer.start();
      try {
        servers.harm(fault, length, writer);
      } finally {
        writer.stop();
      }
      servers.heal();
      Stalls.sleepMillis(REST.toMillis());
      NearReader.Reads reads = reader.stop();
      double share = nearShare(here);
      return new Found(reads, reader.stillStale(), writer.writes(), writer.errors(), share);
    }
  }

  /** Peers don't count them. */
  private static double nearShare(Subject subject) {
    return subject instanceof NearSubject ours ? ours.nearShare() : 0;
  }
}
