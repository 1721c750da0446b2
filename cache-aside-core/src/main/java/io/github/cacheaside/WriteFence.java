package io.github.cacheaside;

/**
 * Keeps readers of some keys from seeing and caching old values while a transaction commits; for
 * code that places the fence itself, between its statements and its commit. Others use {@link
 * CacheAside#write}.
 *
 * <pre>{@code
 * try (WriteFence fence = planets.fence(List.of(3L))) {
 *   if (!fence.mayCommit()) {
 *     connection.rollback();
 *     throw new SQLTransientException("the fence was lost before the commit");
 *   }
 *   connection.commit();
 * }
 * }</pre>
 *
 * <p>From the moment it is placed until it is closed readers go to the database and cache nothing.
 * If this JVM dies, that ends with the intent's life, which for many keys is {@linkplain
 * CacheAside#fence longer}. Renewed while open, for a hundred times the intent's life at most,
 * which is 200 s by default; not any more once the release is sent. So if the connection was lost
 * over the commit, and it is unknown whether it has happened, or will, do not close it as above,
 * but invalidate its keys, in case the fence was degraded, and leave it: it ends by itself.
 * Thread-safe.
 */
public interface WriteFence extends AutoCloseable {

  /**
   * Whether to commit now. True while the fence covers a commit, by this JVM's monotonic clock: at
   * least a quarter of the intent's life is left; and for a fence that could not be placed, if
   * {@link UnfencedWrites#DEGRADE} allows that. False for good once the fence was lost or closed.
   * That the store has lost the intent is known by the next renewal, three in the intent's life.
   *
   * @return false if the transaction had better be rolled back
   */
  boolean mayCommit();

  /**
   * Takes the fence away, whether the transaction was committed or rolled back. The second time
   * does nothing. A fence that was lost before is counted and told to the {@link CacheListener}.
   *
   * <p>What fails is tried again in the background, also after an interrupt.
   *
   * @throws CacheStoreException if the fence was degraded and invalidating its keys failed; {@link
   *     CacheAside#write} makes a {@link WriteNotInvalidatedException} of it
   * @throws CacheException if the fence was degraded and the thread was interrupted before it was
   *     known whether its keys are invalidated
   */
  @Override
  void close();

  /**
   * Whether it is closed and the store has confirmed that: no mark is left, and no old value. While
   * it is false after {@link #close}, the removal is tried again in the background, by this JVM
   * only; a log of what is to be invalidated must keep its entry until then.
   *
   * @return false while it is open, or if the release failed or was interrupted
   */
  boolean isReleased();
}
