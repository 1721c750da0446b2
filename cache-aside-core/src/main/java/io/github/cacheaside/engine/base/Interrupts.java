package io.github.cacheaside.engine.base;

import io.github.cacheaside.CacheException;

/** What a caller gets that is interrupted while it waits. */
public final class Interrupts {
  private Interrupts() {}

  /** Sets the thread's interrupt again; the exception is the caller's to throw. */
  public static CacheException told(String cacheName, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new CacheException("interrupted while waiting for " + cacheName, cause);
  }
}
