package io.github.cacheaside.testkit;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bounded wait for a server to become ready. */
final class Readiness {
  private static final Duration INTERVAL = Duration.ofMillis(50);

  private Readiness() {}

  /** A question whose failure means "not yet". */
  interface Check {
    boolean isReady() throws Exception;
  }

  /** What a server tells about itself while it is waited for. */
  interface Subject {
    boolean isAlive();

    /** Its last output. */
    String tail();
  }

  /** Several servers at once, or one that tells nothing. */
  static final Subject UNKNOWN =
      new Subject() {
        @Override
        public boolean isAlive() {
          return true;
        }

        @Override
        public String tail() {
          return "";
        }
      };

  static void await(String what, Duration limit, Subject subject, Check check) {
    long deadline = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (subject.isAlive()) {
      try {
        if (check.isReady()) {
          return;
        }
      } catch (Exception e) {
        last = e;
      }
      if (System.nanoTime() - deadline > 0) {
        throw failure(
            what + " is not ready after " + limit.toSeconds() + " s", last, subject::tail);
      }
      pause();
    }
    throw failure(what + " ended while it started", last, subject::tail);
  }

  private static IllegalStateException failure(
      String message, @Nullable Exception cause, Supplier<String> tail) {
    String output = tail.get();
    return new IllegalStateException(
        output.isBlank() ? message : message + "; its last output:\n" + output, cause);
  }

  private static void pause() {
    try {
      Thread.sleep(INTERVAL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a server", e);
    }
  }
}
