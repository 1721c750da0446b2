package io.github.cacheaside;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A {@link CacheAside} that answers with futures. Waits occupy no thread, but for those for a place
 * of an {@link OriginLimiter}; loaders and serializers run on the builder's {@linkplain
 * CacheAsideBuilder#executor executor}. What is chained to a future without an executor of its own
 * mostly runs there too, and must not block; if all of the default's threads do, {@link
 * CacheAside#health} tells, and a WARN names them.
 *
 * <p>Futures fail with the exceptions that the blocking methods throw. Cancelling one stops no
 * else's load, and no removal: what fails is tried again. Thread-safe.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface AsyncCacheAside<K, V> {

  /**
   * Like {@link CacheAside#get(Object)}.
   *
   * @param key the key
   * @return the value; empty if the database has none
   */
  default CompletableFuture<Optional<V>> get(K key) {
    return read(key).thenApply(Read::toOptional);
  }

  /**
   * Like {@link CacheAside#read(Object)}.
   *
   * @param key the key
   * @return the value and its origin
   */
  CompletableFuture<Read<V>> read(K key);

  /**
   * Like {@link CacheAside#get(Object, CacheLoader)}; the loader runs on the executor.
   *
   * @param key the key
   * @param loader reads from the database
   * @return the value; empty if the database has none
   */
  default CompletableFuture<Optional<V>> get(K key, CacheLoader<? super K, ? extends V> loader) {
    return read(key, loader).thenApply(Read::toOptional);
  }

  /**
   * Like {@link CacheAside#read(Object, CacheLoader)}; the loader runs on the executor.
   *
   * @param key the key
   * @param loader reads from the database
   * @return the value and its origin
   */
  CompletableFuture<Read<V>> read(K key, CacheLoader<? super K, ? extends V> loader);

  /**
   * Like {@link CacheAside#getAll(Collection)}.
   *
   * @param keys the keys
   * @return what the database has, in the order of the keys
   */
  default CompletableFuture<Map<K, V>> getAll(Collection<? extends K> keys) {
    return readAll(keys).thenApply(Reads::orElseThrow);
  }

  /**
   * Like {@link CacheAside#readAll(Collection)}.
   *
   * @param keys the keys
   * @return an answer or a failure for each key
   */
  CompletableFuture<Reads<K, V>> readAll(Collection<? extends K> keys);

  /**
   * Like {@link CacheAside#getAll(Collection, CacheLoader.Bulk)}; the loader runs on the executor.
   *
   * @param keys the keys
   * @param loader reads from the database
   * @return what the database has, in the order of the keys
   */
  default CompletableFuture<Map<K, V>> getAll(
      Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return readAll(keys, loader).thenApply(Reads::orElseThrow);
  }

  /**
   * Like {@link CacheAside#readAll(Collection, CacheLoader.Bulk)}; the loader runs on the executor.
   *
   * @param keys the keys
   * @param loader reads from the database
   * @return an answer or a failure for each key
   */
  CompletableFuture<Reads<K, V>> readAll(
      Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader);

  /**
   * Like {@link CacheAside#ticket}. Cancelling the future gives the right back.
   *
   * @param key the key
   * @return what was found, or the right to fill; to be closed
   */
  CompletableFuture<Ticket<V>> ticket(K key);

  /**
   * Like {@link CacheAside#warm(Iterable, Warming)}, on the executor; pauses occupy no thread.
   *
   * @param keys the keys; iterated once, on the executor
   * @param how how fast, in which batches, and which listener to tell
   * @return what was done; cancelling it ends the warming after the batch that is under way
   */
  CompletableFuture<Warmed> warm(Iterable<? extends K> keys, Warming how);

  /**
   * Like {@link CacheAside#warm(Stream, Warming)}, on the executor.
   *
   * @param keys the keys, taken as they are needed; the stream stays the caller's to close
   * @param how how fast, in which batches, and which listener to tell
   * @return what was done
   */
  @SuppressWarnings("StreamToIterable") // it is iterated once
  default CompletableFuture<Warmed> warm(Stream<? extends K> keys, Warming how) {
    Iterable<K> once = keys.<K>map(key -> key)::iterator;
    return warm(once, how);
  }

  /**
   * Like {@link CacheAside#peek}.
   *
   * @param key the key
   * @return the cached value
   */
  CompletableFuture<Optional<V>> peek(K key);

  /**
   * Like {@link CacheAside#look}.
   *
   * @param key the key
   * @return what is cached
   */
  CompletableFuture<Look<V>> look(K key);

  /**
   * Like {@link CacheAside#refresh}.
   *
   * @param key the key
   * @return what the database has now
   */
  CompletableFuture<Read<V>> refresh(K key);

  /**
   * Like {@link CacheAside#putAll}.
   *
   * @param values the values; not to be changed until the future is done
   * @return completes when the store has answered for all of them
   */
  CompletableFuture<Void> putAll(Map<? extends K, ? extends V> values);

  /**
   * Like {@link CacheAside#putIfAbsent}.
   *
   * @param key the key
   * @param value the value
   * @return nothing if the value was written, else what is cached
   */
  CompletableFuture<Look<V>> putIfAbsent(K key, V value);

  /**
   * Like {@link CacheAside#put}.
   *
   * @param key the key
   * @param value the value
   * @return completes when the store has answered
   */
  CompletableFuture<Void> put(K key, V value);

  /**
   * Like {@link CacheAside#invalidate}.
   *
   * @param key the key
   * @return completes when the store has answered
   */
  default CompletableFuture<Void> invalidate(K key) {
    return invalidateAll(List.of(key));
  }

  /**
   * Like {@link CacheAside#invalidateAll}.
   *
   * @param keys the keys
   * @return completes when the store has answered
   */
  CompletableFuture<Void> invalidateAll(Collection<? extends K> keys);

  /**
   * Like {@link CacheAside#softInvalidate}.
   *
   * @param key the key
   * @param maxStale how long the copy may be read
   * @return completes when the store has answered
   */
  default CompletableFuture<Void> softInvalidate(K key, Duration maxStale) {
    return softInvalidateAll(List.of(key), maxStale);
  }

  /**
   * Like {@link CacheAside#softInvalidateAll}.
   *
   * @param keys the keys
   * @param maxStale how long the copies may be read
   * @return completes when the store has answered
   */
  CompletableFuture<Void> softInvalidateAll(Collection<? extends K> keys, Duration maxStale);

  /**
   * Like {@link CacheAside#invalidateTag}.
   *
   * @param tag the tag
   * @return completes when the store has answered
   */
  CompletableFuture<Void> invalidateTag(String tag);

  /**
   * Like {@link CacheAside#clear}.
   *
   * @return completes when the store has answered
   */
  CompletableFuture<Void> clear();

  /**
   * Like {@link CacheAside#write(Collection, FencedWork)}: the fence stands until the work's stage
   * is done. Cancelling the future takes nothing back: the work goes on, and then the fence goes.
   *
   * @param keys the keys whose rows the work changes
   * @param work starts the transaction; its stage completes after the commit
   * @param <T> what the work answers
   * @return what the work answered, after the fence was taken away; fails with {@link
   *     WriteNotBegunException} if the work was not started, and with {@link
   *     WriteNotInvalidatedException}, which has the answer, if the work is done and its keys could
   *     not be invalidated
   */
  <T> CompletableFuture<T> write(
      Collection<? extends K> keys, Supplier<? extends CompletionStage<T>> work);
}
