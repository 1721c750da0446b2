package io.github.cacheaside.spring;

/** What becomes of evictions and puts inside a transaction. */
public enum TransactionMode {
  /**
   * A fence stands around the commit: one round trip before and one after it. From the commit on no
   * reader gets what was cached before, even if this JVM dies at that moment. If the fence can't be
   * placed, {@link io.github.cacheaside.CacheAsideBuilder#unfencedWrites} decides; by default the
   * transaction is rolled back.
   */
  FENCED,
  /**
   * The keys are invalidated right after the commit. Between the two, and if this JVM dies there,
   * old values are read, in the latter case until their TTL ends. The store is not needed for a
   * commit.
   */
  AFTER_COMMIT,
  /** Transactions are ignored: everything happens at once. For databases without transactions. */
  IGNORED
}
