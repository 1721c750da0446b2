package io.github.cacheaside.engine.base;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers up to 16 reasons, so that each is logged once. */
public final class Once {
  private static final int MOST = 16;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  /** Whether the reason was not said before; never, once there were too many. */
  public boolean isNew(String reason) {
    return said.size() < MOST && said.add(reason);
  }
}
