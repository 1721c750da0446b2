package io.github.cacheaside;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the builder was told, checked and complete.
 *
 * @param namespace empty if there is none
 * @param adaptive whether the loader answers {@link Loaded} values
 */
record Settings<K, V>(
    CacheStore store,
    String name,
    String namespace,
    String keyPrefix,
    KeyEncoder<? super K> keyEncoder,
    ValueCodec<V> codec,
    CacheLoader<K, ?> loader,
    boolean adaptive,
    Tags<K, V> tags,
    NearCache.@Nullable Bounds<K, V> near,
    Coalescer.@Nullable Bounds coalescing,
    Ttl<? super V> ttl,
    @Nullable Duration absentTtl,
    @Nullable Expiry expiry,
    Duration lease,
    Duration maxWait,
    Duration storeTimeout,
    Duration intent,
    UnfencedWrites unfencedWrites,
    Duration holdOff,
    CacheListener listener,
    Executor executor,
    Protection protection) {

  Settings {
    ttl = ttl instanceof AtMost ? ttl : Ttl.from(ttl::of); // bounded, whoever has written it
  }

  /** The full key under which the store keeps an entry. */
  String storeKey(K key) {
    return keyPrefix + keyEncoder.encode(Objects.requireNonNull(key, "key"));
  }
}
