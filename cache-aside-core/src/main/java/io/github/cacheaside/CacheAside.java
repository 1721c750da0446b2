package io.github.cacheaside;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.base.Writes;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cache in front of a database: reads the store, on a miss loads from the database and fills the
 * store; entries expire by TTL.
 *
 * <pre>{@code
 * CacheAside<Long, Planet> planets =
 *     CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
 * Optional<Planet> earth = planets.get(3L); // from the database, next time from the store
 * dao.rename(3L, "Terra");
 * planets.invalidate(3L); // after the commit
 * }</pre>
 *
 * <p>Reads fail open: an ill store is a miss and the loader answers. Operations that remove or
 * replace entries never fail silently: they throw {@link CacheStoreException}.
 *
 * <p>Concurrent misses of one key share one load, in this JVM and across JVMs. A value whose load
 * was overtaken by {@link #invalidate} is returned to its caller and never cached.
 *
 * <p>A thread that is interrupted while it waits in any of these methods gets a {@link
 * CacheException} and keeps its flag; whether a removal took effect is then unknown.
 *
 * <p>Thread-safe. A cache holds no threads and no connections and need not be closed; its store
 * does. A cache is collected once the application holds neither it nor its {@link #async} view: the
 * store does not keep it, and Redis soon tracks nothing for its near cache. While removals have
 * failed and are tried again, and for 30 seconds after its last removal, it is kept all the same.
 * No argument may be null.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public interface CacheAside<K, V> {

  /**
   * Begins a cache.
   *
   * @param store where entries are kept; it stays the caller's to close
   * @param name names the cache in keys, metrics and messages: 1 to 100 of {@code A-Z a-z 0-9 _ .
   *     -}
   * @param serializer turns values into bytes and back
   * @param <V> the type of values
   * @return a builder with every option at its default
   * @throws IllegalArgumentException if the name has other characters
   */
  static <V> CacheAsideBuilder<Object, V> builder(
      CacheStore store, String name, Serializer<V> serializer) {
    return builder(store, CacheName.of(name), serializer);
  }

  /**
   * Begins a cache whose name may be any text.
   *
   * @param store where entries are kept; it stays the caller's to close
   * @param name names the cache in keys, metrics and messages; see {@link CacheName#ofAnyText}
   * @param serializer turns values into bytes and back
   * @param <V> the type of values
   * @return a builder with every option at its default
   */
  static <V> CacheAsideBuilder<Object, V> builder(
      CacheStore store, CacheName name, Serializer<V> serializer) {
    return new CacheAsideBuilder<>(store, name, serializer);
  }

  /**
   * Reads a value, from the database if need be.
   *
   * @param key the key
   * @return the value; empty if the database has none
   * @throws IllegalStateException if the cache was {@linkplain CacheAsideBuilder#build() built
   *     without a loader}, as each method that loads does
   * @throws CacheLoadException if the loader threw, was refused or took too long
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  default Optional<V> get(K key) {
    return read(key).toOptional();
  }

  /**
   * Reads a value, and says where it came from.
   *
   * @param key the key
   * @return the value and its origin
   * @throws CacheLoadException if the loader threw, was refused or took too long
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  Read<V> read(K key);

  /**
   * Reads a value; on a miss this call's own loader reads it from the database. All else is as with
   * the cache's loader: one load for concurrent misses, leases, limits, counts. So the loaders of
   * one key must answer the same, whichever call brings them: a call may get what the loader of
   * another has read, or its failure.
   *
   * @param key the key
   * @param loader reads from the database; of its methods only {@link CacheLoader#load} is used. It
   *     may be run after this call, on the {@linkplain CacheAsideBuilder#executor executor}, where
   *     an {@link Expiry} has values loaded in the background
   * @return the value; empty if the database has none
   * @throws CacheLoadException if the loader threw, was refused or took too long
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  default Optional<V> get(K key, CacheLoader<? super K, ? extends V> loader) {
    return read(key, loader).toOptional();
  }

  /**
   * Like {@link #get(Object, CacheLoader)}, and says where the value came from.
   *
   * @param key the key
   * @param loader reads from the database
   * @return the value and its origin
   * @throws CacheLoadException if the loader threw, was refused or took too long
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  Read<V> read(K key, CacheLoader<? super K, ? extends V> loader);

  /**
   * Reads many values: one pipelined look into the store, at most one bulk load for all misses, and
   * one pipelined fill that no caller waits for.
   *
   * <p>Any number of keys will do. More than 2,000 are read in parts of 2,000, one after the other,
   * so the bulk loader is given 2,000 keys at most, and no lease is taken long before its load.
   * Within a part the store is asked in windows: 512 keys are looked up at a time, and of more than
   * 512 misses 64 leases or values are under way at most, each window with a {@linkplain
   * CacheAsideBuilder#storeTimeout time-out} of its own. Besides the keys and the answer a call
   * holds about 200 bytes a key, and 2 MB for its part.
   *
   * @param keys the keys; duplicates count once
   * @return what the database has, in the order of the keys
   * @throws CacheLoadException if any key could not be loaded, was refused or took too long; the
   *     others are cached all the same, and {@link #readAll} returns them
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  default Map<K, V> getAll(Collection<? extends K> keys) {
    return readAll(keys).orElseThrow();
  }

  /**
   * Like {@link #getAll}, and says of each key where its value came from, or why it could not be
   * loaded.
   *
   * @param keys the keys; duplicates count once
   * @return an answer or a failure for each key
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  Reads<K, V> readAll(Collection<? extends K> keys);

  /**
   * Like {@link #getAll(Collection)}; this call's own loader reads what is missing from the
   * database, as {@link #get(Object, CacheLoader)} tells.
   *
   * @param keys the keys; duplicates count once
   * @param loader reads from the database; a key that has to be read alone is given to it alone
   * @return what the database has, in the order of the keys
   * @throws CacheLoadException if any key could not be loaded, was refused or took too long
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  default Map<K, V> getAll(Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return readAll(keys, loader).orElseThrow();
  }

  /**
   * Like {@link #getAll(Collection, CacheLoader.Bulk)}, and says of each key where its value came
   * from, or why it could not be loaded.
   *
   * @param keys the keys; duplicates count once
   * @param loader reads from the database
   * @return an answer or a failure for each key
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  Reads<K, V> readAll(Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader);

  /**
   * Looks at a key: an answer, or the right to fill it; for code that reads the database by itself.
   * While another caller loads the key, waits as a read does, for {@link CacheAsideBuilder#maxWait}
   * at most. Loads nothing, so the cache need not have a loader.
   *
   * @param key the key
   * @return what was found, or the right to fill; to be closed
   * @throws IllegalStateException if a loader of this cache that loads this key asks for it
   * @throws CacheException if the thread was interrupted while waiting; its flag stays set
   */
  Ticket<V> ticket(K key);

  /**
   * Has keys cached, as fast as the database answers; see {@link #warm(Iterable, Warming)}.
   *
   * @param keys the keys
   * @return what was done
   */
  default Warmed warm(Iterable<? extends K> keys) {
    return warm(keys, Warming.unlimited());
  }

  /**
   * Has keys cached: those that the store lacks are loaded in batches, under leases, so that two
   * JVMs that warm the same keys at the same time load each of them once. Returns when the store
   * has answered all fills.
   *
   * <p>Holds one batch in memory, so any number of keys will do. A failure is counted and does not
   * end it. What can't be cached is not loaded: where the store is ill, or a fenced write is in
   * flight. It does not count as reads, and leaves the near cache alone. Everything runs on the
   * calling thread, but loaders that have a time-out.
   *
   * @param keys the keys; iterated once
   * @param how how fast, in which batches, and which listener to tell
   * @return what was done
   * @throws CacheException if the thread was interrupted; what was cached until then stays
   * @throws RuntimeException what the iterator or the listener threw, as it is
   */
  Warmed warm(Iterable<? extends K> keys, Warming how);

  /**
   * Like {@link #warm(Iterable, Warming)}, for keys that need not be in memory.
   *
   * @param keys the keys, taken as they are needed; the stream stays the caller's to close
   * @param how how fast, in which batches, and which listener to tell
   * @return what was done
   */
  @SuppressWarnings("StreamToIterable") // it is iterated once
  default Warmed warm(Stream<? extends K> keys, Warming how) {
    Iterable<K> once = keys.<K>map(key -> key)::iterator;
    return warm(once, how);
  }

  /**
   * Reads the store only; never loads, and does not count as a read.
   *
   * @param key the key
   * @return the cached value; empty if it is not cached, is a cached absence, or the store is ill
   */
  Optional<V> peek(K key);

  /**
   * Looks near and into the store only, and tells a cached absence from nothing. Never loads, waits
   * for no load, and counts as no read.
   *
   * @param key the key
   * @return what is cached; {@link Look.Nothing} also for a stale copy, {@link Look.Unknown} if the
   *     store did not answer
   */
  Look<V> look(K key);

  /**
   * Loads a value now, in the place of the one that is cached, under a lease. Others are answered
   * with the old one meanwhile, as {@link Outcome#STALE}, for up to ten times the {@link
   * CacheAsideBuilder#leaseTime}; a load of this key that is under way fills nothing.
   *
   * @param key the key
   * @return what the database has now; or, as {@link Outcome#STALE}, the old value if another
   *     caller is loading the key at this moment
   * @throws CacheLoadException if the loader threw, was refused or took too long; the old value
   *     stays as a stale copy, and the next reader loads
   * @throws CacheStoreException if the store failed; nothing was loaded
   * @throws UnsupportedOperationException if the cache was built with {@code holdOff}
   */
  Read<V> refresh(K key);

  /**
   * Writes a value without a load. The last one to reach the store wins, so two writers that race
   * can leave the older value; after a change in the database prefer {@link #invalidate}. Does
   * nothing while a fenced write of that key is in flight.
   *
   * @param key the key
   * @param value the value
   * @throws CacheStoreException if the store failed; the old entry may still be there
   * @throws RuntimeException what a function that tells the tags or the TTL has thrown
   */
  void put(K key, V value);

  /**
   * Writes values without a load, each as {@link #put} does, 64 at a time. All are tried, also when
   * one fails.
   *
   * @param values the values
   * @throws CacheStoreException if the store failed for any of them; the message says for how many
   * @throws RuntimeException as {@link #put} throws it for a value that can't be written
   */
  void putAll(Map<? extends K, ? extends V> values);

  /**
   * Writes a value without a load if none is cached, in one step: of two callers at the same time
   * one writes, and the other is answered what the first has written. A cached absence counts as
   * cached, a stale copy does not. After a change in the database prefer {@link #invalidate}.
   *
   * @param key the key
   * @param value the value
   * @return {@link Look.Nothing} if the value was written, because there was nothing; what is
   *     cached, and stays; or {@link Look.Unknown} if a fenced write of that key is in flight, so
   *     that nothing was written
   * @throws CacheStoreException if the store failed; the value may have been written
   * @throws IllegalArgumentException if the value can't be serialized, is too large, or has a TTL
   *     under 1 ms
   * @throws UnsupportedOperationException if the store can't do it in one step, as the layout
   *     {@code hash}
   */
  Look<V> putIfAbsent(K key, V value);

  /**
   * Removes an entry and refuses every fill whose load began before. Call it after the commit.
   *
   * @param key the key
   * @throws CacheStoreException if the store failed; the old entry may still be there
   */
  default void invalidate(K key) {
    invalidateAll(List.of(key));
  }

  /**
   * Removes entries. All are tried, also when one fails; those that fail are tried again in the
   * background until they succeed.
   *
   * <p>Any number of keys will do. More than 512 are sent in windows of 64, each with a {@linkplain
   * CacheAsideBuilder#storeTimeout time-out} of its own, so that others on the connection need not
   * wait. If two windows in a row have no answer, the store is ill, and the rest is left to the
   * background. Holds about 150 bytes a key while it runs, and 80 for each that failed until it is
   * done, however many these are.
   *
   * @param keys the keys
   * @throws CacheStoreException if the store failed for any of them; its message tells of how many,
   *     and {@link CacheStats#pendingInvalidations} how many still wait
   */
  void invalidateAll(Collection<? extends K> keys);

  /**
   * Makes an entry a stale copy and refuses every fill whose load began before. The next reader
   * loads; those that come meanwhile get the stale copy, as {@link Outcome#STALE}, instead of
   * waiting. When the load ends or the time is up, the copy is gone.
   *
   * @param key the key
   * @param maxStale how long the copy may be read
   * @throws IllegalArgumentException if the time is under 1 ms or over 10 years
   * @throws CacheStoreException if the store failed; the old entry may still be there
   * @throws UnsupportedOperationException if the cache was built with {@code holdOff}, which wants
   *     no reader to cache what it loads
   */
  default void softInvalidate(K key, Duration maxStale) {
    softInvalidateAll(List.of(key), maxStale);
  }

  /**
   * Makes entries stale copies, in windows as {@link #invalidateAll} does. All are tried, also when
   * one fails; those that fail are invalidated in the background.
   *
   * @param keys the keys
   * @param maxStale how long the copies may be read
   * @throws IllegalArgumentException if the time is under 1 ms or over 10 years
   * @throws CacheStoreException if the store failed for any of them
   * @throws UnsupportedOperationException if the cache was built with {@code holdOff}
   * @see #softInvalidate
   */
  void softInvalidateAll(Collection<? extends K> keys, Duration maxStale);

  /**
   * Makes every entry with this tag a miss, by one or two commands, however many they are. Also
   * those whose load is under way.
   *
   * @param tag one that the builder's {@code tagsOfKey} or {@code tagsOfValue} gives
   * @throws CacheStoreException if the store failed; it is tried again in the background
   * @throws UnsupportedOperationException if the cache was built without tags
   */
  void invalidateTag(String tag);

  /**
   * Makes every entry of this cache a miss, by one command. Also those whose load is under way.
   *
   * @throws CacheStoreException if the store failed; it is tried again in the background
   * @throws UnsupportedOperationException if the cache was built without {@link
   *     CacheAsideBuilder#clearable} and without tags
   */
  void clear();

  /**
   * Runs a write to the database behind a fence: from before the work until after it readers of
   * these keys go to the database and cache nothing, and what was cached is gone. So no reader sees
   * the old value once the work has committed, even if this JVM dies right after. Costs one round
   * trip before and one after the work.
   *
   * @param keys the keys whose rows the work changes; duplicates count once
   * @param work the transaction, its commit included
   * @param <T> what the work answers
   * @param <X> what the work throws
   * @return what the work answered
   * @throws X what the work threw; the fence is taken away, the cached entries are gone. If that
   *     failed too, it is suppressed in what the work threw
   * @throws WriteNotBegunException if it can't be fenced and the policy is {@link
   *     UnfencedWrites#FAIL}: the work has not run
   * @throws WriteNotInvalidatedException if the policy is {@link UnfencedWrites#DEGRADE}, the work
   *     is done, and invalidating failed too, or the thread was interrupted before it was known
   *     whether the keys are invalidated; it has what the work answered
   * @throws CacheException if the thread was interrupted before the work
   * @throws UnsupportedOperationException if the store's layout has no place for intents
   */
  default <T extends @Nullable Object, X extends Exception> T write(
      Collection<? extends K> keys, FencedWork<T, X> work) throws X {
    return Writes.run(fence(keys), work);
  }

  /**
   * Like {@link #write(Collection, FencedWork)}, for work that answers nothing.
   *
   * @param keys the keys whose rows the work changes
   * @param work the transaction, its commit included
   * @param <X> what the work throws
   * @throws X what the work threw
   */
  default <X extends Exception> void write(Collection<? extends K> keys, FencedWork.Action<X> work)
      throws X {
    Writes.run(fence(keys), work);
  }

  /**
   * Places a fence, for code that commits by itself. {@link #write(Collection, FencedWork)} is the
   * simpler way.
   *
   * <p>More than 512 keys are marked in windows of 64, each with a {@linkplain
   * CacheAsideBuilder#storeTimeout time-out} of its own. A mark then lives for the {@linkplain
   * CacheAsideBuilder#fenceTime fenceTime} and 400 µs for each key, so 42 s with 100,000 keys and
   * the default of 2 s, and those that stand are renewed while the others are placed. Holds about
   * 100 bytes a key.
   *
   * @param keys the keys whose rows will change; duplicates count once
   * @return the fence; close it after the commit or the rollback
   * @throws WriteNotBegunException if it can't be placed and the policy is {@link
   *     UnfencedWrites#FAIL}
   * @throws UnsupportedOperationException if the store's layout has no place for intents
   */
  WriteFence fence(Collection<? extends K> keys);

  /**
   * Places a fence around every entry with some tags, however many they are: until it is closed,
   * readers of them go to the database and cache nothing, and what was cached is no hit any more.
   * Costs a round trip for the marks and one for the tags before the work, and as much after it. In
   * a cache with {@code tagsOfValue} no load that begins meanwhile is cached, for only its value
   * would tell its tags. At most 64 writes to a tag may be in flight at a time, in all JVMs.
   *
   * @param tags the tags; duplicates count once
   * @return the fence; close it after the commit or the rollback
   * @throws WriteNotBegunException if it can't be placed and the policy is {@link
   *     UnfencedWrites#FAIL}; what was cached may be gone
   * @throws UnsupportedOperationException if the cache was built without tags, or the store's
   *     layout has no place for intents
   */
  WriteFence fenceTags(Collection<String> tags);

  /**
   * Places a fence around all entries, as {@link #fenceTags} does around some.
   *
   * @return the fence; close it after the commit or the rollback
   * @throws WriteNotBegunException if it can't be placed and the policy is {@link
   *     UnfencedWrites#FAIL}; what was cached may be gone
   * @throws UnsupportedOperationException if the cache was built without {@link
   *     CacheAsideBuilder#clearable} and without tags, or the store's layout has no place for
   *     intents
   */
  WriteFence fenceAll();

  /**
   * What this cache has counted.
   *
   * @return the figures by now
   */
  CacheStats stats();

  /**
   * How this cache is: for health checks and dashboards. Does not wait for the store.
   *
   * @return a snapshot
   */
  Health health();

  /**
   * The cache's name.
   *
   * @return the name
   */
  String name();

  /**
   * Its namespace, which tells it from caches of the same name.
   *
   * @return empty if there is none, as by default
   */
  default String namespace() {
    return "";
  }

  /**
   * The same cache, without blocking the caller.
   *
   * @return the asynchronous view
   */
  AsyncCacheAside<K, V> async();
}
