package io.github.cacheaside.spring.transactions;

import io.github.cacheaside.CacheAside;
import java.util.function.Function;

/**
 * A cache in a transaction.
 *
 * @param cache the cache itself, not one that takes part in transactions
 * @param identity tells equal keys: those with the same text
 */
public record Participant<K>(CacheAside<K, ?> cache, Function<? super K, ?> identity) {

  @Override
  public boolean equals(Object other) {
    return other instanceof Participant<?> participant && participant.cache == cache;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(cache);
  }
}
