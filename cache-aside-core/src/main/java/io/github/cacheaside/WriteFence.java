package io.github.cacheaside;

/**
 * Keeps readers of some keys from seeing and caching old values while a transaction commits; for
 * code that places the fence itself, between its statements and its commit. Others use {@link
 * CacheAside#write}.
 *
 * <pre>{@code
 * try (WriteFence fence = planets.fence(List.of(3L))) {
 *   if (!fence.holds()) {
 *     connection.rollback();
 *     throw new SQLTransientException("the fence was lost before the commit");
 *   }
 *   connection.commit();
 * }
 * }</pre>
 *
 * <p>From the moment it is placed until it is closed readers go to the database and cache nothing.
 * If this JVM dies, that ends with the intent's life. Renewed while open. Thread-safe.
 */
public interface WriteFence extends AutoCloseable {

  /**
   * Whether a commit started now is covered, by this JVM's monotonic clock: at least a quarter of
   * the intent's life is left. False for good once the fence was lost, and always for a degraded
   * one.
   *
   * @return true if it is safe to commit
   */
  boolean holds();

  /**
   * Takes the fence away, whether the transaction was committed or rolled back. The second time
   * does nothing. A fence that was lost before is counted and told to the {@link CacheListener}.
   *
   * @throws CacheStoreException if the fence was degraded and invalidating its keys failed
   */
  @Override
  void close();
}
