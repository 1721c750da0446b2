package io.github.cacheaside;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers up to 16 reasons, so that each is logged once. */
final class Once {
  private static final int MOST = 16;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  /** Whether the reason was not said before; never, once there were too many. */
  boolean isNew(String reason) {
    return said.size() < MOST && said.add(reason);
  }
}
