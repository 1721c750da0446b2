package io.github.cacheaside.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What has been committed and acknowledged of each key, by the monotonic clock of this JVM. Judges
 * on line and keeps of the past only what tells an age up to 10 seconds, so it runs for hours.
 */
public final class WriteLedger {
  /** Ages are exact up to this; beyond it they are said to be at least as much. */
  static final Duration HORIZON = Duration.ofSeconds(10);

  private record Ack(long version, long at) {}

  private final AtomicLongArray committed;
  private final AtomicReferenceArray<List<Ack>> acks;

  /** Nothing is acknowledged yet. */
  public WriteLedger(int keys) {
    this.committed = new AtomicLongArray(keys);
    this.acks = new AtomicReferenceArray<>(keys);
    for (int key = 0; key < keys; key++) {
      acks.set(key, List.of());
    }
  }

  public int keys() {
    return committed.length();
  }

  /** Somebody has seen that version in the database, or has committed it. */
  public void committed(int key, long version) {
    long unused = committed.accumulateAndGet(key, version, Math::max);
  }

  public long committed(int key) {
    return committed.get(key);
  }

  /** A write has returned by then. */
  public void acked(int key, long version, long at) {
    committed(key, version);
    List<Ack> unused = acks.updateAndGet(key, known -> with(known, new Ack(version, at)));
  }

  private static List<Ack> with(List<Ack> known, Ack added) {
    Ack last = known.isEmpty() ? new Ack(0, added.at()) : known.get(known.size() - 1);
    if (added.version() <= last.version()) {
      return known; // one that is newer has been acknowledged before
    }
    List<Ack> more = new ArrayList<>(known);
    more.add(new Ack(added.version(), Math.max(last.at(), added.at())));
    while (more.size() > 1 && added.at() - more.get(1).at() > HORIZON.toNanos()) {
      more.remove(0);
    }
    return List.copyOf(more);
  }

  /** What a read that starts now must not fall below. */
  public long acked(int key) {
    List<Ack> known = acks.get(key);
    return known.isEmpty() ? 0 : known.get(known.size() - 1).version();
  }

  /**
   * How long a newer version had been acknowledged when a read started.
   *
   * @return nanoseconds; negative if none had
   */
  public long age(int key, long version, long started) {
    for (Ack ack : acks.get(key)) {
      if (ack.version() > version) {
        return started - ack.at() > 0 ? started - ack.at() : -1;
      }
    }
    return -1;
  }

  /** How much is kept, of all keys. */
  public int size() {
    int size = 0;
    for (int key = 0; key < keys(); key++) {
      size += acks.get(key).size();
    }
    return size;
  }
}
