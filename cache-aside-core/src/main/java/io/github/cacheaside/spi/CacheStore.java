package io.github.cacheaside.spi;

import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.Expiry;
import io.github.cacheaside.engine.base.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Bytes under names for a time, plus the leases and intents that keep them coherent.
 *
 * <pre>{@code
 * LeaseToken token = new LeaseToken(17, 4); // random bits, never used again
 * store.lease("planet:3", token, Duration.ofSeconds(5)); // granted: nothing was there
 * store.drop("planet:3"); // an invalidation overtakes the load: the token is gone
 * store.fill("planet:3", token, StoredValue.of(row), ttl); // answers false, changes nothing
 * }</pre>
 *
 * <p>This is the one interface to implement for another kind of cache; the test kit has a contract
 * test for it. Every operation touches one key and is atomic; the engine makes batches by starting
 * many operations before waiting for the first. Operations on one key that a thread starts one
 * after the other take effect in that order, but for a fill that has to be sent again because the
 * store had forgotten its scripts.
 *
 * <p>Nothing here may block. A stage fails, or a method throws, when the store can't be reached; a
 * stage may also never complete, since the engine bounds every wait. Repeating any operation after
 * a lost reply is safe. Implementations are thread-safe.
 *
 * <p>The protocol: only a reader that missed may fill, and only with the token that it got before
 * its database read began; whatever removes or replaces the key kills the token. It follows the
 * leases of Nishtala et al., <i>Scaling Memcache at Facebook</i> (NSDI 2013), with write intents
 * added.
 */
public interface CacheStore extends AutoCloseable {

  /** What a store promises about fills that race with invalidations. */
  enum Coherence {
    /** Leases and intents hold: a fill that was overtaken by an invalidation is refused. */
    LEASE,
    /**
     * Foreign layouts: every lease is granted and every fill accepted, so a slow load in one JVM
     * can overwrite what another has invalidated, until its TTL ends.
     */
    TTL_ONLY
  }

  /**
   * What this store promises.
   *
   * @return the promise
   */
  Coherence coherence();

  /**
   * Looks a key up.
   *
   * @param key the full key
   * @return a hit, a stale copy, missing, loading, writing or undecodable
   */
  CompletionStage<Lookup> lookup(String key);

  /**
   * Looks a key up and, if nothing is there, goes on at once on the thread that learns so: a caller
   * that waits then need not be woken for the first answer. A store that does what another does
   * should pass this on as well as {@link #lookup(String)}.
   *
   * @param key the full key
   * @param ifMissing starts what comes next, for one: ask for the lease. It does not block and runs
   *     no code of the user's
   * @return what {@link #lookup(String)} found; for missing, the answer to what was started instead
   */
  default CompletionStage<Lookup> lookup(
      String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    return lookup(key)
        .thenCompose(
            found ->
                found instanceof Lookup.Missing
                    ? ifMissing.get()
                    : CompletableFuture.completedStage(found));
  }

  /**
   * Looks keys up, all at once.
   *
   * @param keys the full keys
   * @return a stage for each, in their order; by default that of {@link #lookup(String)}
   */
  default List<CompletionStage<Lookup>> lookupAll(List<String> keys) {
    return keys.stream().map(this::lookup).toList();
  }

  /**
   * Watches a key that was found loading, so that waiting callers need not look again and again.
   * The stage completes as soon as the key may hold anything but a lease: at once if it does
   * already; else on a fill, an invalidation, the lease's end or the loss of what would have told.
   * It may complete for nothing and it may fail, which means the same. It may also come late or
   * never, since the engine looks by itself as well, every 100 ms.
   *
   * <p>A watch holds nothing beyond the end of the lease, whether or not a caller still waits.
   *
   * @param key the full key
   * @return the stage; by default, and whenever the store can't tell just now, empty: the engine
   *     then looks every 8 to 50 ms
   */
  default Optional<CompletionStage<Void>> watch(String key) {
    return Optional.empty();
  }

  /**
   * Asks for the right to fill a key. Asking again with the same token, after a lost reply and
   * before the database read begins, is safe.
   *
   * @param key the full key
   * @param token names this attempt
   * @param lease how long the right lasts
   * @return granted if the key was missing, undecodable, leased to this very token, or a stale copy
   *     that no other load has the lease for; else what is there
   */
  CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease);

  /**
   * Asks for the right to reload a value that is still there, so that it is replaced before any
   * reader misses it. Only an {@link Expiry} needs it; a store that leaves this as it is throws
   * {@link UnsupportedOperationException}, and each refresh counts as a failure of the store. The
   * value stays readable and its TTL as it is; {@link #fill}, {@link #renew} and {@link #abandon}
   * take the token as they do for a stale copy, and whatever removes or replaces the value kills
   * it.
   *
   * @param key the full key
   * @param token names this attempt
   * @param lease how long the right lasts
   * @param seen what the caller has found; only the very same value is granted
   * @param early how long before the end of its freshness it may be reloaded; the store judges by
   *     its own clock
   * @return granted; {@link Lookup.Fresh} if it is too early; {@link Lookup.Refreshing} if another
   *     token stands; else, if the value is not the one that was seen, what is there
   */
  default CompletionStage<Lookup> refresh(
      String key, LeaseToken token, Duration lease, StoredValue.Timing seen, Duration early) {
    throw new UnsupportedOperationException("this store has no place for time policies");
  }

  /**
   * Makes a value live longer, up to the end of its freshness. Its life is never made shorter. Only
   * {@link Expiry#sliding} needs it; a store that leaves this as it is throws {@link
   * UnsupportedOperationException}, and values go when they have not been written for so long.
   *
   * @param key the full key
   * @param seen what the caller has found; any other value is left alone
   * @param idle for how long from now it may live
   * @return whether anything was changed
   */
  default CompletionStage<Boolean> touch(String key, StoredValue.Timing seen, Duration idle) {
    throw new UnsupportedOperationException("this store has no place for time policies");
  }

  /**
   * What time it is by the clock that this store writes moments with, as well as that is known.
   * Does not block. Only when things happen depends on it, never whether they are right.
   *
   * @return ms since 1970; by default by the clock of this process
   */
  default long millis() {
    return System.currentTimeMillis();
  }

  /**
   * Makes a standing lease last longer. Never grants a new one: what removed the lease also
   * outdated the read that is going on under it.
   *
   * @param key the full key
   * @param token the token that was granted
   * @param lease how long the right lasts from now
   * @return whether the lease was still there
   */
  CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease);

  /**
   * Writes a loaded value if its lease still stands. To a {@linkplain StoredValue#timing timed}
   * value the store adds when it wrote it, by its own clock; so does {@link #put}. The lease for a
   * stale copy stands until another takes its place or the copy goes.
   *
   * @param key the full key
   * @param token the token that was granted before the load began
   * @param value the value
   * @param ttl how long it stays
   * @return whether it was accepted
   */
  CompletionStage<Boolean> fill(String key, LeaseToken token, StoredValue value, Duration ttl);

  /**
   * Gives a lease back without a value, so that others need not wait for its end. A stale copy
   * stays.
   *
   * @param key the full key
   * @param token the token that was granted
   * @return whether the lease was still there
   */
  CompletionStage<Boolean> abandon(String key, LeaseToken token);

  /**
   * Writes a value without a lease and kills the lease there may be. The last one wins.
   *
   * @param key the full key
   * @param value the value
   * @param ttl how long it stays
   * @return false if a fenced write was in flight and nothing was changed
   */
  CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl);

  /**
   * Writes a value where there is none, in one step. The knowledge that there is no such row counts
   * as a value; a stale copy, a lease and what can't be read do not: they are replaced, so a load
   * that is under way fills nothing.
   *
   * @param key the full key
   * @param value the value
   * @param ttl how long it stays
   * @return {@link Lookup.Granted} if it was written; else what is there, and nothing was changed:
   *     a hit, or {@link Lookup.Writing} if a fenced write is in flight. By default the value is
   *     written by a lease of its own and its fill; then it is not written while another load holds
   *     the lease, and {@link Lookup.Loading} says so. A store without leases has no way to do it
   *     in one step by default, and throws {@link UnsupportedOperationException}
   */
  default CompletionStage<Lookup> putIfAbsent(String key, StoredValue value, Duration ttl) {
    if (coherence() == Coherence.TTL_ONLY) {
      throw new UnsupportedOperationException("this store can't put a value if there is none");
    }
    LeaseToken token = Tokens.next();
    return lease(key, token, Duration.ofSeconds(5))
        .thenCompose(
            found ->
                found instanceof Lookup.Granted
                    ? fill(key, token, value, ttl)
                        .thenCompose(
                            written ->
                                written
                                    ? CompletableFuture.completedStage(Lookup.GRANTED)
                                    : lookup(key))
                    : CompletableFuture.completedStage(found));
  }

  /**
   * Removes value and lease. The marks of fenced writes stay.
   *
   * @param key the full key
   * @return whether anything was removed
   */
  CompletionStage<Boolean> drop(String key);

  /**
   * Makes a value a stale copy and removes every lease, so that a load that is under way fills
   * nothing. The marks of fenced writes stay.
   *
   * @param key the full key
   * @param maxStale when the copy expires, if its TTL does not end before
   * @return whether anything was changed; by default, for a store without a place for stale copies,
   *     what {@link #drop} answers
   */
  default CompletionStage<Boolean> soften(String key, Duration maxStale) {
    return drop(key);
  }

  /**
   * Marks a key as being written: value and lease go, and until every mark is released or has
   * expired, fills are refused. Asking again with the same token renews the mark.
   *
   * @param key the full key
   * @param token names this write
   * @param ttl when the mark expires by itself
   * @return false if too many writes are in flight on this key; then nothing was changed
   */
  CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl);

  /**
   * Renews a mark and tells whether it was still there. One that is gone is placed again, if there
   * is room: what came to lie under the key meanwhile must not stay.
   *
   * @param key the full key
   * @param token names the write
   * @param ttl when the mark expires by itself, from now
   * @return whether the mark had stood until now; false means that the fence was lost. By default
   *     what {@link #intent} answers: a fence that was lost and placed again then passes for one
   *     that stood. A store with leases should do better, and the testkit's contract asks for it
   */
  default CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
    return intent(key, token, ttl);
  }

  /**
   * Takes a mark away. If it is gone already, removes whatever is there instead.
   *
   * @param key the full key
   * @param token names the write
   * @return whether the mark had stood until now; false means that the fence was lost
   */
  CompletionStage<Boolean> release(String key, LeaseToken token);

  /**
   * The generation of a tag. A store without a place for tags leaves this and the next two as they
   * are: they throw {@link UnsupportedOperationException}.
   *
   * @param key where it is kept
   * @return the generation; empty if there is none, or none that can be read
   */
  default CompletionStage<Optional<LeaseToken>> generation(String key) {
    throw new UnsupportedOperationException("this store has no place for tags");
  }

  /**
   * The generation of a tag, which is set if there is none, and is then kept for another 30 days.
   *
   * @param key where it is kept
   * @param fresh what to set
   * @return the generation from now on
   */
  default CompletionStage<LeaseToken> generationOr(String key, LeaseToken fresh) {
    throw new UnsupportedOperationException("this store has no place for tags");
  }

  /**
   * Gives a tag a new generation: every entry loaded under the old one is no hit any more.
   *
   * @param key where it is kept
   * @param fresh the new one, kept for 30 days
   * @return true
   */
  default CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
    throw new UnsupportedOperationException("this store has no place for tags");
  }

  /**
   * Tells of every change to keys that begin like this, whichever client makes it: for values kept
   * in the process. The listener is told until the store is closed, or for as long as it
   * {@linkplain ChangeFeed.Listener#isListening listens}.
   *
   * @param keyPrefix how the keys begin
   * @param listener is told; perhaps before this returns
   * @return says how complete the news are; by default empty: this store can't tell
   */
  default Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
    return Optional.empty();
  }

  /**
   * Registers an action to run each time the store was out of reach and is back, or its primary has
   * changed: acknowledged writes may have been lost. By default does nothing. The store keeps the
   * action until it is closed; the caches over one store register one action for all of them, which
   * does not keep them.
   *
   * @param action quick, does not block, does not throw
   */
  default void onReconnect(Runnable action) {}

  /**
   * Is told that an operation had no answer in time. A store of several nodes may look whether
   * another one has taken the place of the one that hangs. By default does nothing.
   */
  default void notAnswering() {}

  /**
   * Is told by each cache that is built over it how large the payloads are that it reads, so that a
   * store need not hold anything that is larger. By default does nothing.
   *
   * @param bytes the cache's {@link CacheAsideBuilder#maxPayload}
   */
  default void admit(int bytes) {}

  /**
   * What is risky in how the store itself is set up, in words for a log. Asked once by each cache
   * that is built over it.
   *
   * @return the risks that were not told yet; by default none. May fail
   */
  default CompletionStage<List<String>> risks() {
    return CompletableFuture.completedStage(List.of());
  }

  /**
   * Whether this store was closed, so that nothing is worth another try.
   *
   * @return by default false
   */
  default boolean isClosed() {
    return false;
  }

  /** Gives back what this store opened. Does not throw. */
  @Override
  void close();
}
