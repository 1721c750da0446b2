package io.github.cacheaside.spi;

/** What a store found under a key. */
public sealed interface Lookup {

  /** Nothing is there: any reader may ask for the lease. */
  Lookup MISSING = new Missing();

  /** Another load holds the lease. */
  Lookup LOADING = new Loading();

  /** A fenced write is in flight: read the database, cache nothing. */
  Lookup WRITING = new Writing();

  /** The lease is the caller's. */
  Lookup GRANTED = new Granted();

  /** Bytes that are not of this library, or of a release that it can't read. */
  Lookup UNDECODABLE = new Undecodable();

  /** A value whose tag was invalidated since it was loaded. */
  Lookup OUTDATED = new Outdated();

  /** Another load is reloading the value. */
  Lookup REFRESHING = new Refreshing();

  /** It is not yet time to reload the value. */
  Lookup FRESH = new Fresh();

  /** The store failed or did not answer in time. */
  Lookup UNAVAILABLE = new Unavailable();

  /**
   * A value is there.
   *
   * @param value the value
   */
  record Hit(StoredValue value) implements Lookup {}

  /**
   * A stale copy is there, left by a soft invalidation: any reader may ask for the lease, and may
   * use the copy if another load has it.
   *
   * @param value the stale copy
   */
  record Stale(StoredValue value) implements Lookup {}

  /** Nothing is there. */
  record Missing() implements Lookup {}

  /** Another load holds the lease. */
  record Loading() implements Lookup {}

  /** A fenced write is in flight. */
  record Writing() implements Lookup {}

  /** The lease is the caller's; only {@code lease} and {@code refresh} answer it. */
  record Granted() implements Lookup {}

  /** Bytes that can't be read. A lease replaces them. */
  record Undecodable() implements Lookup {}

  /** A value whose tag was invalidated. The engine's own answer; a store says hit. */
  record Outdated() implements Lookup {}

  /** Another load is reloading the value; only {@link CacheStore#refresh} answers it. */
  record Refreshing() implements Lookup {}

  /** It is not yet time to reload the value; only {@link CacheStore#refresh} answers it. */
  record Fresh() implements Lookup {}

  /**
   * A value past its soft expiry that is not being reloaded. The engine's own answer; a store says
   * hit.
   *
   * @param value the value
   */
  record Expired(StoredValue value) implements Lookup {}

  /**
   * A value past its soft expiry that is being reloaded: the answer meanwhile. The engine's own
   * answer; a store says hit.
   *
   * @param value the value
   */
  record Revalidating(StoredValue value) implements Lookup {}

  /** The store failed. The engine's own answer; a store fails its stage instead. */
  record Unavailable() implements Lookup {}
}
