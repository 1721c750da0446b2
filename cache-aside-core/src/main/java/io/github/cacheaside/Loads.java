package io.github.cacheaside;

import java.util.concurrent.Callable;

/** Runs loaders: within the limits of the origin, and counted. */
final class Loads {
  private final Protection protection;
  private final Counters counters;

  Loads(Protection protection, Counters counters) {
    this.protection = protection;
    this.counters = counters;
  }

  /** Runs a loader on this thread, once there is a place for it; a refusal is no load. */
  <T> T run(Callable<T> loader, Reading reading) throws Exception {
    OriginLimiter limiter = protection.limiter();
    boolean entered = limiter != null && enter(limiter, reading);
    try {
      return count(loader, reading);
    } finally {
      if (entered && limiter != null) {
        limiter.leave();
      }
    }
  }

  private boolean enter(OriginLimiter limiter, Reading reading) throws Exception {
    try {
      return limiter.enter();
    } catch (OriginLimiter.Refusal e) {
      counters.loadRefused();
      reading.begins(); // nothing was read, so whoever has joined by now may share the refusal
      throw e;
    }
  }

  private <T> T count(Callable<T> loader, Reading reading) throws Exception {
    reading.begins();
    long began = System.nanoTime();
    boolean failed = true;
    try {
      T loaded = loader.call();
      failed = false;
      return loaded;
    } finally {
      counters.load(System.nanoTime() - began, failed);
    }
  }

  /** What the caller of a load that ended so gets; a new one for each, with the caller's stack. */
  static CacheLoadException failure(String cacheName, Throwable failure) {
    return failure instanceof OriginLimiter.Refusal refusal
        ? new CacheLoadRefusedException(
            "loading a value of " + cacheName + " was refused: " + refusal.getMessage())
        : new CacheLoadException("loading a value of " + cacheName + " failed", failure);
  }
}
