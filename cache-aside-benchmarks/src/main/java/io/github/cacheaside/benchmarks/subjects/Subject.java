package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.benchmarks.servers.Database;
import java.time.Duration;
import java.util.function.Supplier;

/** One way to cache, put to the test in one JVM. Thread-safe. */
public interface Subject extends AutoCloseable {

  /**
   * What a subject is made from.
   *
   * @param redis the URI of a Redis, or of a cluster
   * @param database the truth
   * @param ttl asked for every value
   * @param lease how long a right to fill lasts
   * @param intent how long the mark of a write lasts
   * @param writes how to write the database
   */
  record Environment(
      String redis,
      Database database,
      Supplier<Duration> ttl,
      Duration lease,
      Duration intent,
      Writes writes) {}

  /**
   * What a read brought.
   *
   * @param version 0 if there is no row
   * @param near whether it was answered in this process, without asking Redis
   */
  record Answer(long version, boolean near) {}

  /** Reads through the cache; 0 means that there is no row. */
  long get(long key) throws Exception;

  /** Like {@link #get}, and says where the answer came from, if the subject tells. */
  default Answer read(long key) throws Exception {
    return new Answer(get(key), false);
  }

  /** Writes the database and makes the cache follow; returns the committed version. */
  long write(long key) throws Exception;

  @Override
  void close();
}
