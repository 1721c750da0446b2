package io.github.cacheaside.boot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What one cache is like. What is not said here is as the defaults have it.
 *
 * @param type Class of the values, perhaps generic: java.util.List<com.shop.Item>. By default what
 *     the annotated methods return.
 * @param ttl How long values are cached: 1 ms to 10 years, by default 10 minutes.
 * @param jitter The part of the TTL that may be taken off at random, from 0 to below 1, by default
 *     0.1.
 * @param absentTtl How long it is cached that there is no value, by default 1 minute.
 * @param cacheNull Whether it is cached that there is no value, by default true.
 * @param clearable Whether all entries can be evicted at once, at the cost of a second GET with
 *     each read, in the same round trip; by default true.
 * @param keyPrefix What the keys in Redis begin with, by default the name and a colon.
 * @param keyVersion A number in the keys, for values that the last release can't read.
 * @param schemaVersion A number in the entries, 0 to 255: old and new release take the other's
 *     values for misses.
 * @param maxPayload The largest value that is cached, by default 8MB.
 * @param compression How large values are compressed; needs the library, by default not at all.
 * @param compressFrom The size from which on values are compressed.
 * @param storeTimeout How long an operation of Redis may take, by default 100 ms.
 * @param loadTimeout How long an annotated method may take to fill the cache, by default any time.
 * @param leaseTime For how long a lease is granted to who loads, by default 5 s; it is renewed.
 * @param maxWait How long a read waits for another that loads, by default 5 s.
 * @param holdOff For how long nothing is cached after an eviction, for methods that read from a
 *     replica: more than its lag.
 * @param near Values that are kept in this process, too; needs Caffeine.
 * @param expiry Values that go stale before they go.
 */
record CacheOptions(
    @Nullable String type,
    @Nullable Duration ttl,
    @Nullable Double jitter,
    @Nullable Duration absentTtl,
    @Nullable Boolean cacheNull,
    @Nullable Boolean clearable,
    @Nullable String keyPrefix,
    @Nullable Integer keyVersion,
    @Nullable Integer schemaVersion,
    @Nullable DataSize maxPayload,
    @Nullable Codec compression,
    @Nullable DataSize compressFrom,
    @Nullable Duration storeTimeout,
    @Nullable Duration loadTimeout,
    @Nullable Duration leaseTime,
    @Nullable Duration maxWait,
    @Nullable Duration holdOff,
    @DefaultValue Near near,
    @DefaultValue Expiring expiry) {

  /** How values are compressed. */
  enum Codec {
    /** Not at all. */
    NONE,
    /** Quickly; needs at.yawk.lz4:lz4-java. */
    LZ4,
    /** Well; needs com.github.luben:zstd-jni. */
    ZSTD
  }

  /**
   * Values in this process.
   *
   * @param size How many values at most; 0 for none.
   * @param ttl How long a value stays, by default 1 minute.
   * @param maxLag How old a value may be when the connection that tells of changes is cut, by
   *     default 1 s.
   */
  record Near(@Nullable Long size, @Nullable Duration ttl, @Nullable Duration maxLag) {
    Near over(Near defaults) {
      return new Near(or(size, defaults.size), or(ttl, defaults.ttl), or(maxLag, defaults.maxLag));
    }
  }

  /**
   * What is still answered.
   *
   * @param sliding How long a value lives after its last hit.
   * @param soft How long a value is fresh, less than its TTL; after that it is stale.
   * @param staleWhileRevalidate Whether a stale value is answered at once and read again in the
   *     background.
   * @param failSafe How long a stale value is answered after a method that failed, before it is
   *     called again.
   * @param eager The part of its fresh time after which the next hit has a value read again in the
   *     background, between 0 and 1.
   * @param probabilistic The beta of XFetch: each hit may have a value read again, above 0 to 100.
   */
  record Expiring(
      @Nullable Duration sliding,
      @Nullable Duration soft,
      @Nullable Boolean staleWhileRevalidate,
      @Nullable Duration failSafe,
      @Nullable Double eager,
      @Nullable Double probabilistic) {
    Expiring over(Expiring defaults) {
      return new Expiring(
          or(sliding, defaults.sliding),
          or(soft, defaults.soft),
          or(staleWhileRevalidate, defaults.staleWhileRevalidate),
          or(failSafe, defaults.failSafe),
          or(eager, defaults.eager),
          or(probabilistic, defaults.probabilistic));
    }

    boolean isInBackground() {
      return Boolean.TRUE.equals(staleWhileRevalidate) || eager != null || probabilistic != null;
    }
  }

  private static <T> @Nullable T or(@Nullable T own, @Nullable T other) {
    return own == null ? other : own;
  }

  /** What this one leaves open, the other says. */
  CacheOptions over(CacheOptions defaults) {
    return new CacheOptions(
        or(type, defaults.type),
        or(ttl, defaults.ttl),
        or(jitter, defaults.jitter),
        or(absentTtl, defaults.absentTtl),
        or(cacheNull, defaults.cacheNull),
        or(clearable, defaults.clearable),
        or(keyPrefix, defaults.keyPrefix),
        or(keyVersion, defaults.keyVersion),
        or(schemaVersion, defaults.schemaVersion),
        or(maxPayload, defaults.maxPayload),
        or(compression, defaults.compression),
        or(compressFrom, defaults.compressFrom),
        or(storeTimeout, defaults.storeTimeout),
        or(loadTimeout, defaults.loadTimeout),
        or(leaseTime, defaults.leaseTime),
        or(maxWait, defaults.maxWait),
        or(holdOff, defaults.holdOff),
        near.over(defaults.near),
        expiry.over(defaults.expiry));
  }

  boolean needsExecutor() {
    return loadTimeout != null || expiry.isInBackground();
  }
}
