package io.github.cacheaside;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the builder was told, checked and complete.
 *
 * @param namespace empty if there is none
 * @param loader null if each call brings its own
 * @param adaptive whether the loader answers {@link Loaded} values
 */
record Settings<K, V>(
    CacheStore store,
    String name,
    String namespace,
    String keyPrefix,
    KeyEncoder<? super K> keyEncoder,
    ValueCodec<V> codec,
    @Nullable CacheLoader<K, ?> loader,
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
    ContextPropagation context,
    LoadExceptions loadExceptions,
    Protection protection) {

  Settings {
    ttl = bounded(ttl, name);
  }

  /** Whoever has written it. */
  private static <V> Ttl<V> bounded(Ttl<V> ttl, String name) {
    return ttl instanceof AtMost
        ? ttl
        : Ttl.from(value -> BadAnswerException.ifNull(ttl.of(value), "the ttl", name));
  }

  /** The full key under which the store keeps an entry. */
  String storeKey(K key) {
    String text = keyEncoder.encode(Objects.requireNonNull(key, "key"));
    BadAnswerException.ifNull(text, "the keyEncoder", name);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && isHalfOfAPair(text, i)) {
        throw new BadAnswerException("the keyEncoder", name, "half a surrogate pair");
      }
    }
    return keyPrefix + text;
  }

  /** In UTF-8 it would become a question mark, as others do. */
  private static boolean isHalfOfAPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
        : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
  }
}
