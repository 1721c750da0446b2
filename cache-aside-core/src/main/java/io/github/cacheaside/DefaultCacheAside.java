package io.github.cacheaside;

import java.util.*;

final class DefaultCacheAside<K, V> implements CacheAside<K, V> {
  DefaultCacheAside(Settings<K, V> s) {}

  @Override
  public Read<V> read(K key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<V> peek(K key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void put(K key, V value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void invalidateAll(Collection<? extends K> keys) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CacheStats stats() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String name() {
    throw new UnsupportedOperationException();
  }

  @Override
  public AsyncCacheAside<K, V> async() {
    throw new UnsupportedOperationException();
  }
}
