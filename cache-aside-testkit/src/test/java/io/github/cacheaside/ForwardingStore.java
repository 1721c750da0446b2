package io.github.cacheaside;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Does what another store does; what is overridden is the difference. Leaves tags out. */
class ForwardingStore implements CacheStore {
  final CacheStore store;

  ForwardingStore(CacheStore store) {
    this.store = store;
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
  public CompletionStage<Boolean> drop(String key) {
    return store.drop(key);
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
  public void close() {
    store.close();
  }
}
