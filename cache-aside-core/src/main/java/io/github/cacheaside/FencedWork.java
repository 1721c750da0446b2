package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * A write to the database, from its first statement to its commit.
 *
 * @param <T> what it answers
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface FencedWork<T extends @Nullable Object, X extends Exception> {

  /**
   * Writes and commits.
   *
   * @return whatever the caller wants to know
   * @throws X if it fails
   */
  T run() throws X;

  /**
   * A write to the database that answers nothing.
   *
   * @param <X> what it may throw
   */
  @FunctionalInterface
  interface Action<X extends Exception> {

    /**
     * Writes and commits.
     *
     * @throws X if it fails
     */
    void run() throws X;
  }
}
