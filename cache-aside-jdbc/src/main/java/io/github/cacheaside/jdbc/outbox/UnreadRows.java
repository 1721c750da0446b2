package io.github.cacheaside.jdbc.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Rows that this JVM could not read, and when it tries again: after 1 s, then after twice as long
 * each time, up to a minute. Other JVMs, perhaps of another version, may read them meanwhile.
 * Bounded. Not thread-safe.
 */
final class UnreadRows {
  static final int MOST = 1_000;

  private static final long FIRST = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST = Duration.ofMinutes(1).toNanos();

  private final Map<String, Next> next = new HashMap<>();
  private final LongSupplier nanoTime;

  /** The next try, and how long the row will have waited for it. */
  private record Next(long at, long pause) {}

  UnreadRows(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Notes that a row could not be read.
   *
   * @return false if there are too many, and this one is not noted
   */
  boolean add(String id) {
    long now = nanoTime.getAsLong();
    Next before = next.get(id);
    if (before == null && next.size() >= MOST) {
      forgetOld(now);
      if (next.size() >= MOST) {
        return false;
      }
    }
    long pause = before == null ? FIRST : Math.min(LONGEST, 2 * before.pause());
    next.put(id, new Next(now + pause, pause));
    return true;
  }

  /** Those that have been due here for a minute: another JVM has read and deleted them. */
  private void forgetOld(long now) {
    next.values().removeIf(each -> now - each.at() > LONGEST);
  }

  /** What was read after all. */
  void remove(List<String> ids) {
    if (!next.isEmpty()) {
      ids.forEach(next::remove);
    }
  }

  /** Rows that this JVM does not try now. */
  List<String> waiting() {
    if (next.isEmpty()) {
      return List.of();
    }
    long now = nanoTime.getAsLong();
    forgetOld(now);
    List<String> ids = new ArrayList<>(next.size());
    next.forEach(
        (id, each) -> {
          if (now - each.at() < 0) {
            ids.add(id);
          }
        });
    return ids;
  }
}
