package io.github.cacheaside.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever has to be closed before the JVM exits, the newest first. */
final class OpenServers {
  private static final Logger log = LoggerFactory.getLogger(TestServers.class);
  private static final Deque<Runnable> OPEN = new ArrayDeque<>();
  private static boolean hooked;

  private OpenServers() {}

  static void add(Runnable close) {
    synchronized (OPEN) {
      if (!hooked) {
        hooked = true;
        Runtime.getRuntime().addShutdownHook(new Thread(OpenServers::closeAll, "stop-servers"));
      }
      OPEN.push(close);
    }
  }

  static void remove(Runnable close) {
    synchronized (OPEN) {
      OPEN.remove(close);
    }
  }

  static void closeAll() {
    Runnable close = next();
    while (close != null) {
      try {
        close.run();
      } catch (RuntimeException e) {
        log.warn("a test server was not stopped cleanly", e); // the others still have to be
      }
      close = next();
    }
  }

  private static @Nullable Runnable next() {
    synchronized (OPEN) {
      return OPEN.poll();
    }
  }
}
