package io.github.cacheaside.benchmarks.experiments.failover;

import io.github.cacheaside.benchmarks.load.AcknowledgedVersions;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.subjects.Subject;
import java.time.Duration;

/**
 * One subject, one failover: a reader and a writer in different instances; the replica stops
 * following, the primary acknowledges more invalidations and dies, and the replica is promoted.
 */
final class FailoverRun {
  static final int KEYS = 96;

  private static final Duration WARM_UP = Duration.ofSeconds(1);
  private static final Duration CACHED = Duration.ofMillis(200);

  /** How much of what was acknowledged is lost. */
  static final Duration LAG = Duration.ofSeconds(1);

  /** From when nothing is written any more, until what is old counts as old for good. */
  private static final Duration REST = Duration.ofMillis(2_500);

  /**
   * What was found.
   *
   * @param lagged how many writes were acknowledged while the replica lagged
   * @param failoverNanos from the kill until the replica was primary
   */
  record Found(
      FailoverReader.Reads reads,
      int stillStale,
      long writes,
      long lagged,
      long writeErrors,
      long failoverNanos) {}

  private FailoverRun() {}

  static Found run(String subject, String topology, Duration after, long seed) throws Exception {
    MemoryDatabase database = new MemoryDatabase(KEYS);
    AcknowledgedVersions acks = new AcknowledgedVersions(KEYS);
    try (FailoverServers servers = FailoverServers.open(topology);
        Subject there = FailoverSubjects.open(subject, servers.uri(), database);
        Subject here = FailoverSubjects.open(subject, servers.uri(), database)) {
      FailoverReader reader = new FailoverReader(FailoverSubjects.reading(here), acks);
      FailoverWriter writer = new FailoverWriter(there, acks, seed);
      reader.start();
      Stalls.sleepMillis(CACHED.toMillis());
      writer.start();
      Stalls.sleepMillis(WARM_UP.toMillis());
      servers.cutReplication();
      long before = writer.writes();
      Stalls.sleepMillis(LAG.toMillis());
      writer.onlyFirstHalf();
      long lagged = writer.writes() - before;
      long failover = failOver(servers, reader);
      Stalls.sleepMillis(after.toMillis());
      writer.stop();
      Stalls.sleepMillis(REST.toMillis());
      FailoverReader.Reads reads = reader.stop();
      return new Found(
          reads, reader.stillStale(), writer.writes(), lagged, writer.errors(), failover);
    }
  }

  private static long failOver(FailoverServers servers, FailoverReader reader) {
    long began = System.nanoTime();
    reader.killed();
    servers.killPrimary();
    servers.awaitPromotion();
    reader.promoted();
    return System.nanoTime() - began;
  }
}
