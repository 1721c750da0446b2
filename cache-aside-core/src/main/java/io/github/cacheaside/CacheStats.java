package io.github.cacheaside;

import java.time.Duration;

/**
 * What one cache in this JVM has counted since it was built.
 *
 * <p>Each read of a key counts once, when it ends: as one of the hits or as a miss. So hits, absent
 * hits, near hits, stale hits and misses together are all reads. What is no read of a caller's
 * counts as none: {@code peek}, {@code warm}, and loads in the background. Nor does a read that
 * could not begin, since its key was null or has no text.
 *
 * <p>Figures are read one after the other, so under load they need not add up to the last unit.
 *
 * @param hits reads answered by a value in the store
 * @param absentHits reads answered by a cached absence
 * @param nearHits reads answered by the near cache in this process
 * @param staleHits reads answered by a stale copy while another caller loaded, or since the loader
 *     failed
 * @param misses reads that the first look into the store did not answer, however they ended
 * @param loads loads that ended without an exception; a bulk load counts once
 * @param loadFailures loads that threw
 * @param refusedLoads loads that the origin limiter refused; the loader was not run
 * @param timedOutLoads loads that took longer than the load time-out; they count as loads or
 *     failures too, once they end
 * @param loadTime the time spent in loaders, failed loads included
 * @param shared reads answered by the load of another call in this JVM
 * @param awaited reads answered by the load of another JVM
 * @param bypassed reads that loaded without caching
 * @param failedReads reads that ended without an answer: the loader threw, was refused or took too
 *     long, or the caller was interrupted; each is also a miss
 * @param fills values that the store accepted, {@code put} included
 * @param refusedFills values that the store refused because their lease had gone: the races that
 *     would have left a stale entry
 * @param invalidations keys that callers invalidated
 * @param storeFailures operations of the store that failed or took too long
 * @param shedOperations operations of reads that were not sent, since the circuit breaker was open
 * @param refreshes values that were reloaded while they were still there, as an {@link Expiry}
 *     wants it; each is also a load
 * @param failedRefreshes loads of that kind that threw, after which the value was left alone for a
 *     while
 * @param shedRefreshes loads of that kind that were not begun in the background, since the executor
 *     was full or 1,000 were pending
 * @param failSafeHits loads that failed and were answered by a stale value, as {@link
 *     Expiry#failSafe} allows; each is also a stale hit, or several that shared it
 * @param undecodable entries that could not be read and were replaced
 * @param otherSchema entries of another {@linkplain CacheAsideBuilder#schemaVersion schema version}
 *     that were replaced
 * @param oversized values that were not cached because they are larger than {@link
 *     CacheAsideBuilder#maxPayload}
 * @param fencesLost fenced writes whose fence did not stand until they were over
 * @param degradedWrites fenced writes that went on without a fence, as {@link
 *     UnfencedWrites#DEGRADE} allows
 * @param pendingInvalidations keys whose invalidation failed and is being tried again; a gauge
 * @param lostInvalidations failed invalidations that were given up, because too many waited or
 *     since the store was closed
 * @param nearEvictions entries that the near cache evicted to make room
 */
public record CacheStats(
    long hits,
    long absentHits,
    long nearHits,
    long staleHits,
    long misses,
    long loads,
    long loadFailures,
    long refusedLoads,
    long timedOutLoads,
    Duration loadTime,
    long shared,
    long awaited,
    long bypassed,
    long failedReads,
    long fills,
    long refusedFills,
    long invalidations,
    long storeFailures,
    long shedOperations,
    long refreshes,
    long failedRefreshes,
    long shedRefreshes,
    long failSafeHits,
    long undecodable,
    long otherSchema,
    long oversized,
    long fencesLost,
    long degradedWrites,
    long pendingInvalidations,
    long lostInvalidations,
    long nearEvictions) {

  /**
   * The share of reads that the store answered at once; a read that failed was not.
   *
   * @return from 0 to 1; 1 when there were no reads
   */
  public double hitRate() {
    long answered = nearHits + hits + absentHits + staleHits;
    long reads = answered + misses;
    return reads == 0 ? 1.0 : (double) answered / reads;
  }
}
