package io.github.cacheaside.spi;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Does what another store does, in every method: for stores that change one thing, such as those of
 * tests that delay or count. What a subclass overrides is the only difference.
 *
 * <p>Methods that do similar things are forwarded each for itself. A subclass that changes {@link
 * #lookup(String)} has to change {@link #lookup(String, Supplier)} and {@link #lookupAll} too, for
 * reads use all three; and one that changes {@link #intent} also {@link #renewIntent}.
 *
 * <p>As thread-safe as the store that it forwards to.
 */
public class ForwardingCacheStore implements CacheStore {
  /** Does the work. */
  protected final CacheStore store;

  /**
   * Forwards to a store.
   *
   * @param store does the work; closed with this one
   */
  protected ForwardingCacheStore(CacheStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  @Override
  public Coherence coherence() {
    return store.coherence();
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    return store.lookup(key);
  }

  @Override
  public CompletionStage<Lookup> lookup(
      String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    return store.lookup(key, ifMissing);
  }

  @Override
  public List<CompletionStage<Lookup>> lookupAll(List<String> keys) {
    return store.lookupAll(keys);
  }

  @Override
  public Optional<CompletionStage<Void>> watch(String key) {
    return store.watch(key);
  }

  @Override
  public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
    return store.lease(key, token, lease);
  }

  @Override
  public CompletionStage<Lookup> refresh(
      String key, LeaseToken token, Duration lease, StoredValue.Timing seen, Duration early) {
    return store.refresh(key, token, lease, seen, early);
  }

  @Override
  public CompletionStage<Boolean> touch(String key, StoredValue.Timing seen, Duration idle) {
    return store.touch(key, seen, idle);
  }

  @Override
  public long millis() {
    return store.millis();
  }

  @Override
  public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
    return store.renew(key, token, lease);
  }

  @Override
  public CompletionStage<Boolean> fill(
      String key, LeaseToken token, StoredValue value, Duration ttl) {
    return store.fill(key, token, value, ttl);
  }

  @Override
  public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
    return store.abandon(key, token);
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    return store.put(key, value, ttl);
  }

  @Override
  public CompletionStage<Lookup> putIfAbsent(String key, StoredValue value, Duration ttl) {
    return store.putIfAbsent(key, value, ttl);
  }

  @Override
  public CompletionStage<Boolean> drop(String key) {
    return store.drop(key);
  }

  @Override
  public CompletionStage<Boolean> soften(String key, Duration maxStale) {
    return store.soften(key, maxStale);
  }

  @Override
  public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
    return store.intent(key, token, ttl);
  }

  @Override
  public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
    return store.renewIntent(key, token, ttl);
  }

  @Override
  public CompletionStage<Boolean> release(String key, LeaseToken token) {
    return store.release(key, token);
  }

  @Override
  public CompletionStage<Optional<LeaseToken>> generation(String key) {
    return store.generation(key);
  }

  @Override
  public CompletionStage<LeaseToken> generationOr(String key, LeaseToken fresh) {
    return store.generationOr(key, fresh);
  }

  @Override
  public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
    return store.newGeneration(key, fresh);
  }

  @Override
  public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
    return store.changes(keyPrefix, listener);
  }

  @Override
  public void onReconnect(Runnable action) {
    store.onReconnect(action);
  }

  @Override
  public boolean isClosed() {
    return store.isClosed();
  }

  @Override
  public void notAnswering() {
    store.notAnswering();
  }

  @Override
  public void admit(int bytes) {
    store.admit(bytes);
  }

  @Override
  public CompletionStage<List<String>> risks() {
    return store.risks();
  }

  @Override
  public void close() {
    store.close();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + store + "]";
  }
}
