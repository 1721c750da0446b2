package io.github.cacheaside;

/** The threads of this library, which outlive whoever happens to need them first. */
final class DaemonThread {
  private DaemonThread() {}

  /** One that inherits nothing of the thread that makes it. */
  static Thread of(String name, Runnable task) {
    Thread thread = new Thread(null, task, name, 0, false);
    thread.setDaemon(true);
    return thread;
  }
}
