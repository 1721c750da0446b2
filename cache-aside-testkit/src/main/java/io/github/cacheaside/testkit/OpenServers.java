package io.github.cacheaside.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Whatever has to be closed before the JVM exits, the newest first. */
final class OpenServers {
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
      close.run();
      close = next();
    }
  }

  private static @Nullable Runnable next() {
    synchronized (OPEN) {
      return OPEN.poll();
    }
  }
}
