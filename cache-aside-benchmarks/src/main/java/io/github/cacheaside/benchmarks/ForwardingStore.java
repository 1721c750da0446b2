package io.github.cacheaside.benchmarks;

import io.github.cacheaside.CacheStore;
import io.github.cacheaside.ChangeFeed;
import io.github.cacheaside.LeaseToken;
import io.github.cacheaside.Lookup;
import io.github.cacheaside.StoredValue;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A store that does what another does; mutants override what they break. */
class ForwardingStore implements CacheStore {
  private final CacheStore original;

  ForwardingStore(CacheStore original) {
    this.original = original;
  }

  @Override
  public CompletionStage<Optional<LeaseToken>> generation(String key) {
    return original.generation(key);
  }

  @Override
  public CompletionStage<LeaseToken> generationOr(String key, LeaseToken fresh) {
    return original.generationOr(key, fresh);
  }

  @Override
  public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
    return original.newGeneration(key, fresh);
  }

  @Override
  public Optional<CompletionStage<Void>> watch(String key) {
    return original.watch(key);
  }

  @Override
  public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
    return original.changes(keyPrefix, listener);
  }

  @Override
  public void onReconnect(Runnable action) {
    original.onReconnect(action);
  }

  @Override
  public Coherence coherence() {
    return original.coherence();
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    return original.lookup(key);
  }

  @Override
  public List<CompletionStage<Lookup>> lookupAll(List<String> keys) {
    return original.lookupAll(keys);
  }

  @Override
  public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
    return original.lease(key, token, lease);
  }

  @Override
  public CompletionStage<Lookup> refresh(
      String key, LeaseToken token, Duration lease, StoredValue.Timing seen, Duration early) {
    return original.refresh(key, token, lease, seen, early);
  }

  @Override
  public CompletionStage<Boolean> touch(String key, StoredValue.Timing seen, Duration idle) {
    return original.touch(key, seen, idle);
  }

  @Override
  public long millis() {
    return original.millis();
  }

  @Override
  public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
    return original.renew(key, token, lease);
  }

  @Override
  public CompletionStage<Boolean> fill(
      String key, LeaseToken token, StoredValue value, Duration ttl) {
    return original.fill(key, token, value, ttl);
  }

  @Override
  public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
    return original.abandon(key, token);
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    return original.put(key, value, ttl);
  }

  @Override
  public CompletionStage<Boolean> drop(String key) {
    return original.drop(key);
  }

  @Override
  public CompletionStage<Boolean> soften(String key, Duration maxStale) {
    return original.soften(key, maxStale);
  }

  @Override
  public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
    return original.intent(key, token, ttl);
  }

  @Override
  public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
    return original.renewIntent(key, token, ttl);
  }

  @Override
  public CompletionStage<Boolean> release(String key, LeaseToken token) {
    return original.release(key, token);
  }

  @Override
  public void close() {
    original.close();
  }
}
