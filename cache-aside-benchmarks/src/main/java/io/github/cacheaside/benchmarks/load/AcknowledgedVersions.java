package io.github.cacheaside.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * When which version of a key was acknowledged, by the monotonic clock of this JVM; so the age of a
 * stale read can be told. One thread writes a key, any number read.
 */
public final class AcknowledgedVersions {

  private record Ack(long version, long nanoTime) {}

  private final AtomicReferenceArray<List<Ack>> byKey;

  /** Nothing is acknowledged but version 1. */
  public AcknowledgedVersions(int keys) {
    this.byKey = new AtomicReferenceArray<>(keys);
    for (int key = 0; key < keys; key++) {
      byKey.set(key, List.of());
    }
  }

  public int keys() {
    return byKey.length();
  }

  /** A write has returned. */
  public void add(int key, long version, long nanoTime) {
    List<Ack> more = new ArrayList<>(byKey.get(key));
    more.add(new Ack(version, nanoTime));
    byKey.set(key, List.copyOf(more));
  }

  /** What a read that starts now must not fall below. */
  public long latest(int key) {
    List<Ack> acks = byKey.get(key);
    return acks.isEmpty() ? 1 : acks.get(acks.size() - 1).version();
  }

  /**
   * How long a newer version had been acknowledged when a read started.
   *
   * @param latest what {@link #latest} said before it started
   * @param version what it returned
   * @return nanoseconds; negative if it is not stale
   */
  public long age(int key, long latest, long version, long started) {
    if (version >= latest) {
      return -1;
    }
    for (Ack ack : byKey.get(key)) {
      if (ack.version() > version) {
        return Math.max(0, started - ack.nanoTime());
      }
    }
    throw new IllegalStateException("version " + latest + " was acknowledged by nobody");
  }
}
