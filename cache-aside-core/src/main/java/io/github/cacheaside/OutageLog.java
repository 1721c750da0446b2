package io.github.cacheaside;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one WARN an outage, however many calls fail in it, and one INFO when it is over. */
final class OutageLog {
  private static final Logger LOG = LoggerFactory.getLogger(CacheAside.class);
  // A store that fails now and then must not log now and then.
  private static final long QUIET_NANOS = Duration.ofSeconds(5).toNanos();

  private final String cacheName;
  private final AtomicLong failures = new AtomicLong();
  private volatile long lastFailure;

  OutageLog(String cacheName) {
    this.cacheName = cacheName;
  }

  void failed(Throwable failure) {
    lastFailure = System.nanoTime();
    if (failures.getAndIncrement() == 0) {
      LOG.warn(
          "cache {}: the store does not answer, reads go to the loader ({})",
          cacheName,
          failure.toString());
    }
  }

  void answered() {
    if (failures.get() > 0 && System.nanoTime() - lastFailure > QUIET_NANOS) {
      long count = failures.getAndSet(0);
      if (count > 0) {
        LOG.info("cache {}: the store answers again, {} operations had failed", cacheName, count);
      }
    }
  }
}
