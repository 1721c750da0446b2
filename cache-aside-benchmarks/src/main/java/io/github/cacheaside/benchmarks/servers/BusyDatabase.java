package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.benchmarks.load.ConcurrencyGauge;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.load.WriteLedger;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real database whose reads take their time, and which counts how many of them run at once. Now
 * and then a read stalls after it has its row, and writers may ask which key that is.
 */
public final class BusyDatabase implements Database {
  private final SqlDatabase original;
  private final ConcurrencyGauge gauge = new ConcurrencyGauge();
  private final Duration readTime;
  private final AtomicInteger stalled = new AtomicInteger(-1);

  public BusyDatabase(
      SqlDatabase.Address where,
      int connections,
      WriteLedger ledger,
      Duration readTime,
      boolean stalls) {
    this.readTime = readTime;
    this.original = new SqlDatabase(where, connections, new Witness(ledger, stalls));
  }

  /** How many loads ran at once, at most. */
  public int mostLoads() {
    return gauge.most();
  }

  /** The key whose load has stalled last; negative if none has. */
  public int stalledKey() {
    return stalled.get();
  }

  @Override
  public @Nullable Row read(long key) throws java.sql.SQLException {
    gauge.enter();
    try {
      Stalls.sleepMicros(readTime.toNanos() / 1_000);
      return original.read(key);
    } finally {
      gauge.leave();
    }
  }

  @Override
  public long write(long key, BeforeCommit beforeCommit) throws java.sql.SQLException {
    return original.write(key, beforeCommit);
  }

  @Override
  public void close() {
    original.close();
  }

  /** Tells the ledger, and widens races. */
  private final class Witness implements SqlDatabase.Witness {
    private final WriteLedger ledger;
    private final boolean stalls;

    Witness(WriteLedger ledger, boolean stalls) {
      this.ledger = ledger;
      this.stalls = stalls;
    }

    @Override
    public void loaded(long key, long version) {
      ledger.committed((int) key, version);
    }

    @Override
    public void committed(long key, long version) {
      ledger.committed((int) key, version);
    }

    @Override
    public void stall(long key, long version) {
      if (stalls) {
        Stalls.maybe(() -> stalled.set((int) key), () -> ledger.committed((int) key) > version);
      }
    }
  }
}
