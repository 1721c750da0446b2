package io.github.cacheaside.engine.guard;

import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a cache counts. */
public final class Counters {
  private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
  private final LongAdder failedReads = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadFailures = new LongAdder();
  private final LongAdder loadNanos = new LongAdder();
  private final LongAdder fills = new LongAdder();
  private final LongAdder refusedFills = new LongAdder();
  private final LongAdder invalidations = new LongAdder();
  private final LongAdder storeFailures = new LongAdder();
  private final LongAdder refusedLoads = new LongAdder();
  private final LongAdder timedOutLoads = new LongAdder();
  private final LongAdder shedReads = new LongAdder();
  private final LongAdder refreshes = new LongAdder();
  private final LongAdder failedRefreshes = new LongAdder();
  private final LongAdder shedRefreshes = new LongAdder();
  private final LongAdder failSafeHits = new LongAdder();
  private final LongAdder undecodable = new LongAdder();
  private final LongAdder otherSchema = new LongAdder();
  private final LongAdder oversized = new LongAdder();
  private final LongAdder fencesLost = new LongAdder();
  private final LongAdder degradedWrites = new LongAdder();
  private final LongAdder invalidationsLost = new LongAdder();
  private final LongAdder nearEvictions = new LongAdder();

  public Counters() {
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, new LongAdder());
    }
  }

  void read(Outcome outcome) {
    counter(outcome).increment();
  }

  void reads(Outcome outcome, int count) {
    counter(outcome).add(count);
  }

  void failed(int reads) {
    failedReads.add(reads);
  }

  public void load(long nanos, boolean failed) {
    (failed ? loadFailures : loads).increment();
    loadNanos.add(nanos);
  }

  public void loadRefused() {
    refusedLoads.increment();
  }

  public void loadTimedOut() {
    timedOutLoads.increment();
  }

  public void fill(boolean accepted) {
    (accepted ? fills : refusedFills).increment();
  }

  public void invalidated(int keys) {
    invalidations.add(keys);
  }

  void storeFailure() {
    storeFailures.increment();
  }

  void shed() {
    shedReads.increment();
  }

  public void refreshed() {
    refreshes.increment();
  }

  public void refreshFailed() {
    failedRefreshes.increment();
  }

  public void refreshShed() {
    shedRefreshes.increment();
  }

  public void servedFailSafe() {
    failSafeHits.increment();
  }

  public void undecodable() {
    undecodable.increment();
  }

  public void otherSchema() {
    otherSchema.increment();
  }

  public void oversized() {
    oversized.increment();
  }

  void fenceLost() {
    fencesLost.increment();
  }

  public void degradedWrite() {
    degradedWrites.increment();
  }

  public void invalidationsLost(int keys) {
    invalidationsLost.add(keys);
  }

  public void nearEvicted() {
    nearEvictions.increment();
  }

  private LongAdder counter(Outcome outcome) {
    return Objects.requireNonNull(outcomes.get(outcome));
  }

  private long of(Outcome outcome) {
    return counter(outcome).sum();
  }

  public CacheStats snapshot(int pendingInvalidations) {
    long loaded = of(Outcome.LOADED);
    long shared = of(Outcome.SHARED);
    long awaited = of(Outcome.AWAITED);
    long bypassed = of(Outcome.BYPASSED);
    long failed = failedReads.sum();
    return new CacheStats(
        of(Outcome.HIT),
        of(Outcome.ABSENT),
        of(Outcome.NEAR),
        of(Outcome.STALE),
        loaded + shared + awaited + bypassed + failed,
        loads.sum(),
        loadFailures.sum(),
        refusedLoads.sum(),
        timedOutLoads.sum(),
        Duration.ofNanos(loadNanos.sum()),
        shared,
        awaited,
        bypassed,
        failed,
        fills.sum(),
        refusedFills.sum(),
        invalidations.sum(),
        storeFailures.sum(),
        shedReads.sum(),
        refreshes.sum(),
        failedRefreshes.sum(),
        shedRefreshes.sum(),
        failSafeHits.sum(),
        undecodable.sum(),
        otherSchema.sum(),
        oversized.sum(),
        fencesLost.sum(),
        degradedWrites.sum(),
        pendingInvalidations,
        invalidationsLost.sum(),
        nearEvictions.sum());
  }
}
