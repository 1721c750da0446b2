package io.github.cacheaside.mybatis;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done when the database has committed: it is logged if it fails, and never thrown. */
final class Quietly {
  private static final Logger LOG = LoggerFactory.getLogger(FencedCache.class);

  private Quietly() {}

  /**
   * Runs a task; what a serializer or a driver may throw ends here.
   *
   * @param failure what the log says if the task fails
   */
  static void run(String failure, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      LOG.warn("{}", failure, e);
    }
  }
}
