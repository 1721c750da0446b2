package io.github.cacheaside.engine.base;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of all caches, under the name that users know. */
public final class CacheLog {
  public static final Logger LOG = LoggerFactory.getLogger("io.github.cacheaside.CacheAside");

  private CacheLog() {}
}
