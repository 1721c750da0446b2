package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * A write is done, and its keys could not be invalidated, or it is unknown whether they are: the
 * database has changed, and old values may be served until the removal, which is tried again in the
 * background, has succeeded. Do not repeat the write. What it answered is {@link #result()}.
 *
 * <p>The cause is the store's failure, or an {@link InterruptedException} if the thread was
 * interrupted after the work; then its flag is set.
 */
public final class WriteNotInvalidatedException extends CacheStoreException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // lost when it is serialized: the answer may be of any class
  private final transient @Nullable Object result;

  /**
   * Creates an exception.
   *
   * @param message what failed, for how many keys of which cache
   * @param result what the work answered; null if it answered null, or nothing
   * @param cause the store's own failure, or null
   */
  public WriteNotInvalidatedException(
      String message, @Nullable Object result, @Nullable Throwable cause) {
    super(message, cause);
    this.result = result;
  }

  /**
   * What the work answered.
   *
   * @return the answer; null if it answered null or nothing, or if this exception was deserialized
   */
  public @Nullable Object result() {
    return result;
  }
}
