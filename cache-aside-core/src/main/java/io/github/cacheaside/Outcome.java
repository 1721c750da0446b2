package io.github.cacheaside;

/** Where the answer to one read came from. */
public enum Outcome {
  /** The near cache in this process had the value, or knew that there is none. */
  NEAR(true),
  /** The store had the value. */
  HIT(true),
  /** The store knew that the database has no such row. */
  ABSENT(true),
  /**
   * The store had a stale copy, left by {@link CacheAside#softInvalidate} or past the soft TTL of
   * an {@link Expiry}: another caller is replacing it, or the load of this call was refused, takes
   * too long, or failed.
   */
  STALE(true),
  /**
   * This call ran the loader, alone or together with {@linkplain CacheAsideBuilder#coalesceMisses
   * others}; the result was offered to the store.
   */
  LOADED(false),
  /** Another call in this JVM ran the loader while this one waited. */
  SHARED(false),
  /** Another JVM held the lease and filled the store while this call waited. */
  AWAITED(false),
  /**
   * Loaded without caching the result: the store is ill, a write is in flight, the wait for another
   * load took too long, or the value may not be cached.
   */
  BYPASSED(false);

  private final boolean hit;

  Outcome(boolean hit) {
    this.hit = hit;
  }

  /**
   * Whether the read was answered with a cached value, or with a cached absence.
   *
   * @return true for {@link #NEAR}, {@link #HIT}, {@link #ABSENT} and {@link #STALE}
   */
  public boolean isHit() {
    return hit;
  }
}
