package io.github.cacheaside.engine.base;

import org.jspecify.annotations.Nullable;

/** The threads of this library, which outlive the caller that needed them first. */
public final class DaemonThread {
  private DaemonThread() {}

  /** One that inherits nothing of the thread that makes it. */
  public static Thread of(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(classLoader());
    return thread;
  }

  /**
   * That of this library, which is mostly the application's: loaders may look for services by it.
   */
  public static @Nullable ClassLoader classLoader() {
    return DaemonThread.class.getClassLoader();
  }
}
