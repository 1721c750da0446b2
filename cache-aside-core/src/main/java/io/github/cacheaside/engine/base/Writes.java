package io.github.cacheaside.engine.base;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.FencedWork;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.WriteNotInvalidatedException;
import org.jspecify.annotations.Nullable;

/** Runs work behind a fence, and tells what has become of it. */
public final class Writes {
  private Writes() {}

  /** As {@code try} does it: the work's own failure comes first. */
  public static <T extends @Nullable Object, X extends Exception> T run(
      WriteFence fence, FencedWork<T, X> work) throws X {
    T answer;
    try {
      answer = work.run();
    } catch (Throwable e) {
      closeFailed(fence, e);
      throw e;
    }
    closeDone(fence, answer);
    return answer;
  }

  /** The same for work that answers nothing. */
  public static <X extends Exception> void run(WriteFence fence, FencedWork.Action<X> work)
      throws X {
    try {
      work.run();
    } catch (Throwable e) {
      closeFailed(fence, e);
      throw e;
    }
    closeDone(fence, null);
  }

  private static void closeFailed(WriteFence fence, Throwable failure) {
    try {
      fence.close();
    } catch (Throwable unclosed) {
      if (unclosed != failure) {
        failure.addSuppressed(unclosed);
      }
    }
  }

  private static void closeDone(WriteFence fence, @Nullable Object answer) {
    try {
      fence.close();
    } catch (RuntimeException e) {
      throw done(answer, e);
    }
  }

  /** The failure to invalidate after work that has succeeded. */
  public static WriteNotInvalidatedException done(@Nullable Object answer, Throwable failure) {
    Throwable cause = failure instanceof CacheException ? failure.getCause() : failure;
    String message = failure.getMessage();
    WriteNotInvalidatedException told =
        new WriteNotInvalidatedException(
            message == null ? failure.getClass().getName() : message, answer, cause);
    for (Throwable suppressed : failure.getSuppressed()) {
      told.addSuppressed(suppressed);
    }
    return told;
  }
}
