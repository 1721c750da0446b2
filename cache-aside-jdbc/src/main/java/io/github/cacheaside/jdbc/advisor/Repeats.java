package io.github.cacheaside.jdbc.advisor;

import java.time.Duration;
import java.util.List;

/**
 * Knows of the calls seen last when a cache would have loaded them: for each call and each TTL
 * whether it would have been a hit. Keeps hashes, and no values. What was pushed out counts as not
 * seen, so shares err on the low side.
 *
 * <p>A fixed table of sets of 8 places each, 36 bytes a place; the place used longest ago is given
 * to a new call. Thread-safe.
 */
final class Repeats {
  private static final int WAYS = 8;
  private static final int LOCKS = 64;
  private static final int UNIT_MILLIS = 10;

  private final int[] ttls; // in units
  private final int sets;
  private final long[] hashes;
  private final int[] seen;
  private final int[][] loaded;
  private final Object[] locks = new Object[LOCKS];

  /**
   * A table.
   *
   * @param ttls the TTLs to try
   * @param places how many calls to know, rounded up to a power of two
   */
  Repeats(List<Duration> ttls, int places) {
    this.ttls = ttls.stream().mapToInt(ttl -> (int) (ttl.toMillis() / UNIT_MILLIS)).toArray();
    this.sets = Integer.highestOneBit(Math.max(1, places / WAYS - 1)) << 1;
    this.hashes = new long[sets * WAYS];
    this.seen = new int[sets * WAYS];
    this.loaded = new int[ttls.size()][sets * WAYS];
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new Object();
    }
  }

  /**
   * Notes a call.
   *
   * @param hash of the statement and its parameters
   * @param nowMillis since some moment, from 0
   * @return for each TTL a bit, from the lowest on: whether it would have been a hit
   */
  int note(long hash, long nowMillis) {
    long name = hash == 0 ? 1 : hash;
    int set = (int) (spread(name) & (sets - 1));
    int now = (int) (nowMillis / UNIT_MILLIS) + 1;
    synchronized (locks[set & (LOCKS - 1)]) {
      int place = find(name, set * WAYS);
      if (place >= 0) {
        seen[place] = now;
        return hits(place, now);
      }
      place = eldest(set * WAYS);
      hashes[place] = name;
      seen[place] = now;
      for (int[] each : loaded) {
        each[place] = now;
      }
      return 0;
    }
  }

  private int find(long name, int from) {
    for (int i = from; i < from + WAYS; i++) {
      if (hashes[i] == name) {
        return i;
      }
    }
    return -1;
  }

  private int eldest(int from) {
    int eldest = from;
    for (int i = from + 1; i < from + WAYS; i++) {
      eldest = seen[i] < seen[eldest] ? i : eldest;
    }
    return eldest;
  }

  private int hits(int place, int now) {
    int bits = 0;
    for (int i = 0; i < ttls.length; i++) {
      if (now - loaded[i][place] < ttls[i]) {
        bits |= 1 << i;
      } else {
        loaded[i][place] = now;
      }
    }
    return bits;
  }

  static long spread(long hash) {
    long x = hash * 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 32)) * 0xD6E8FEB86659FD93L;
    return x ^ (x >>> 32);
  }
}
