package io.github.cacheaside;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of all caches, under the name that users know. */
final class CacheLog {
  static final Logger LOG = LoggerFactory.getLogger("io.github.cacheaside.CacheAside");

  private CacheLog() {}
}
