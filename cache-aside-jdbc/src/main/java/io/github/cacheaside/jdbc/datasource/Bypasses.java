package io.github.cacheaside.jdbc.datasource;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts why queries that match a rule went to the database all the same. */
final class Bypasses {
  private static final Logger LOG = LoggerFactory.getLogger(CachingDataSource.class);
  private static final int MOST_LOGGED = 100;

  private final Map<CachingDataSource.Bypass, AtomicLong> counts =
      new EnumMap<>(CachingDataSource.Bypass.class);
  private final AtomicLong logged = new AtomicLong();

  Bypasses() {
    for (CachingDataSource.Bypass each : CachingDataSource.Bypass.values()) {
      counts.put(each, new AtomicLong());
    }
  }

  void count(CachingDataSource.Bypass why) {
    AtomicLong count = counts.get(why);
    if (count != null) {
      count.incrementAndGet();
    }
  }

  /** A text that no execution of will be cached; told once, as far as texts are remembered. */
  void refused(String sql, Exception why) {
    count(CachingDataSource.Bypass.TEXT);
    if (logged.getAndIncrement() < MOST_LOGGED) {
      LOG.info("a query that matches a rule is not cached: {}", why.getMessage());
    }
  }

  void refusedResult(String why) {
    count(CachingDataSource.Bypass.RESULT);
    if (logged.getAndIncrement() < MOST_LOGGED) {
      LOG.info("a result is not cached: {}", why);
    }
  }

  Map<CachingDataSource.Bypass, Long> snapshot() {
    Map<CachingDataSource.Bypass, Long> all = new EnumMap<>(CachingDataSource.Bypass.class);
    counts.forEach((why, count) -> all.put(why, count.get()));
    return all;
  }
}
