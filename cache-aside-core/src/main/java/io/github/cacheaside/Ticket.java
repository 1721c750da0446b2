package io.github.cacheaside;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A look at one key: either an answer, or the right to fill the key; for code that reads the
 * database by itself, such as an adapter whose frame knows {@code get} and {@code put} only. The
 * right is a lease, as the cache's own loads have one: what was read before the key was invalidated
 * or written is not cached.
 *
 * <pre>{@code
 * try (Ticket<Planet> ticket = planets.ticket(3L)) {
 *   if (ticket.found() instanceof Look.Hit<Planet> hit) {
 *     return hit.value();
 *   }
 *   Planet read = dao.findById(3L); // after the ticket, or the right is worth nothing
 *   if (read != null) {
 *     ticket.fill(read);
 *   }
 *   return read;
 * }
 * }</pre>
 *
 * <p>While the right stands, other readers of the key wait for it as they wait for a load: in this
 * JVM and in others, for {@link CacheAsideBuilder#maxWait} at most. So does the holder's own
 * thread, if it reads the key again. The right ends with the first {@code fill}, with {@link
 * #close}, or by itself: when the ticket has been collected, within a third of a {@linkplain
 * CacheAsideBuilder#leaseTime leaseTime}, and after nine leases and a third, 47 seconds by default.
 *
 * <p>A ticket counts as one read, a hit or a miss; its fill as a load. {@link OriginLimiter} and
 * {@link CacheAsideBuilder#loadTimeout} do not concern what its holder does.
 *
 * <p>Thread-safe; the thread that fills or closes it need not be the one that took it.
 *
 * @param <V> the type of values
 */
public interface Ticket<V> extends AutoCloseable {

  /**
   * What was found: a value or an absence that is cached, or that another caller has loaded while
   * this one waited. Does not change.
   *
   * @return {@link Look.Hit} or {@link Look.Absent}; else {@link Look.Nothing}, or {@link
   *     Look.Unknown} if the store did not answer
   */
  Look<V> found();

  /**
   * Whether the right to fill stands, as far as this JVM knows. If not, and nothing was found, the
   * caller reads the database and caches nothing: the store is ill, a write is in flight, or
   * another load takes too long.
   *
   * @return false if something was found, and after the right has ended
   */
  boolean mayFill();

  /**
   * Fills the key with a value that was read from the database after the ticket was taken, and ends
   * the right. Callers that wait for the key get the value. Waits for the store, for {@link
   * CacheAsideBuilder#storeTimeout} at most.
   *
   * @param value the value
   * @return whether it is cached; false if there was no right, if it was overtaken by an
   *     invalidation or a write, if the value can't be cached, or the store did not answer
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  boolean fill(V value);

  /**
   * Fills the key with the news that the database has no such row; see {@link #fill}. It is cached
   * if the cache has an {@link CacheAsideBuilder#absentTtl}; in any case waiting callers get it.
   *
   * @return whether it is cached
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  boolean fillAbsent();

  /**
   * Like {@link #fill}, without waiting for the store to take it. The serializer runs on the
   * calling thread. On the thread that took the ticket by the blocking {@link CacheAside#ticket}
   * the fill has been sent when this returns, so what the thread reads next finds it, unless the
   * value tells tags of its own; in a cache with tags that may wait for the answer about fenced
   * writes, which was asked for before the load, for {@link CacheAsideBuilder#storeTimeout} at
   * most.
   *
   * @param value the value; null for {@link #fillAbsent}
   * @return whether it is cached; never fails because of the store
   */
  CompletableFuture<Boolean> fillAsync(@Nullable V value);

  /**
   * Gives the right back, if it still stands: callers that wait for the key read for themselves.
   * Does not wait for the store. Closing it again, or after a fill, does nothing.
   */
  @Override
  void close();
}
