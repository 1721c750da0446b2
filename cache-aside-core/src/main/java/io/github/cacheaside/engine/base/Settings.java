package io.github.cacheaside.engine.base;

import io.github.cacheaside.CacheListener;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.ContextPropagation;
import io.github.cacheaside.Expiry;
import io.github.cacheaside.KeyEncoder;
import io.github.cacheaside.LoadExceptions;
import io.github.cacheaside.Loaded;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.codec.ValueCodec;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the builder was told, checked and complete.
 *
 * @param namespace empty if there is none
 * @param loader null if each call brings its own
 * @param adaptive whether the loader answers {@link Loaded} values
 */
public record Settings<K, V>(
    CacheStore store,
    String name,
    String namespace,
    String keyPrefix,
    KeyEncoder<? super K> keyEncoder,
    ValueCodec<V> codec,
    @Nullable CacheLoader<K, ?> loader,
    boolean adaptive,
    Tags<K, V> tags,
    @Nullable NearBounds<K, V> near,
    @Nullable CoalescingBounds coalescing,
    Ttl<? super V> ttl,
    @Nullable Duration absentTtl,
    @Nullable Expiry expiry,
    Duration leaseTime,
    Duration maxWait,
    Duration storeTimeout,
    Duration fenceTime,
    UnfencedWrites unfencedWrites,
    Duration holdOff,
    CacheListener listener,
    Executor executor,
    ContextPropagation context,
    LoadExceptions loadExceptions,
    Protection protection) {

  /**
   * How much is kept near, and for how long.
   *
   * @param most how many entries, or how much they weigh
   * @param weigher null if entries are counted
   */
  public record NearBounds<K, V>(
      long most,
      @Nullable ToIntBiFunction<? super K, ? super V> weigher,
      Duration ttl,
      Duration maxLag) {}

  /**
   * How misses are gathered.
   *
   * @param maxBatch how many keys a bulk load has at most
   * @param gatherTime how long a miss waits for others
   */
  public record CoalescingBounds(int maxBatch, Duration gatherTime) {}

  public Settings {
    ttl = bounded(ttl, name);
  }

  /** Whatever wrote it. */
  private static <V> Ttl<V> bounded(Ttl<V> ttl, String name) {
    return ttl instanceof BoundedTtl
        ? ttl
        : Ttl.from(value -> BadAnswerException.ifNull(ttl.of(value), "the ttl", name));
  }

  /** Whether the store refuses a fill that was overtaken by an invalidation. */
  public boolean leases() {
    return store.coherence() == CacheStore.Coherence.LEASE;
  }

  /** The full key under which the store keeps an entry. */
  public String storeKey(K key) {
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
