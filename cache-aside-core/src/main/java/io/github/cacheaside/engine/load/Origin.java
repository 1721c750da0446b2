package io.github.cacheaside.engine.load;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.Loaded;
import io.github.cacheaside.PartialLoadException;
import io.github.cacheaside.engine.base.BadAnswerException;
import io.github.cacheaside.engine.base.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call loads by: the loader of the cache, or one of the call's own.
 *
 * @param loader the loader
 * @param adaptive whether it answers {@link Loaded} values
 * @param ofCall whether it came with a call
 */
public record Origin<K, V>(CacheLoader<K, ?> loader, boolean adaptive, boolean ofCall) {

  /** The loader that a cache was built with; null if it was built without. */
  static <K, V> @Nullable Origin<K, V> of(Settings<K, V> settings) {
    CacheLoader<K, ?> loader = settings.loader();
    return loader == null ? null : new Origin<>(loader, settings.adaptive(), /* ofCall= */ false);
  }

  /** A loader that came with a call. */
  @SuppressWarnings("unchecked") // it takes keys of any type above, and answers any type below
  public static <K, V> Origin<K, V> ofCall(CacheLoader<? super K, ? extends V> loader) {
    requireNonNull(loader, "loader");
    return new Origin<>(
        (CacheLoader<K, ?>) (CacheLoader<?, ?>) loader, /* adaptive= */ false, /* ofCall= */ true);
  }

  /** A bulk loader that came with a call. */
  public static <K, V> Origin<K, V> ofCall(CacheLoader.Bulk<K, V> loader, Settings<K, ?> settings) {
    return ofCall(new BulkOnly<>(requireNonNull(loader, "loader"), settings));
  }

  /** Whether it may be shown the old value. */
  boolean isConditional() {
    return loader instanceof Conditional;
  }

  /**
   * Runs the loader.
   *
   * @param previous the old value; null if there is none
   */
  @SuppressWarnings("unchecked") // it is of this cache
  @Nullable Object load(K key, @Nullable V previous) throws Exception {
    return loader instanceof Conditional
        ? ((Conditional<K, V>) loader).load(key, previous)
        : loader.load(key);
  }

  /** What the loader has answered for a key, in one form; null if it is null. */
  @SuppressWarnings("unchecked") // the creator knows which loader it is
  @Nullable Loaded<V> loaded(@Nullable Object answer) {
    if (answer == null || !adaptive) {
      return answer == null ? null : (Loaded<V>) Loaded.of(answer);
    }
    Loaded<V> loaded = (Loaded<V>) answer;
    if (loaded.isUnchanged()) { // else it would be taken for the news that there is no such row
      throw new BadAnswerException("the loader", "a cache", "unchanged, and was shown nothing");
    }
    return loaded;
  }

  /** Asks for one key as for many: a key may have to be loaded alone. */
  private static final class BulkOnly<K, V> implements CacheLoader<K, V> {
    private final Bulk<K, V> bulk;
    private final Settings<K, ?> settings;

    BulkOnly(Bulk<K, V> bulk, Settings<K, ?> settings) {
      this.bulk = bulk;
      this.settings = settings;
    }

    @Override
    public @Nullable V load(K key) throws Exception {
      Map<K, V> found;
      try {
        found = BadAnswerException.ifNull(bulk.loadAll(List.of(key)), "loadAll", settings.name());
      } catch (PartialLoadException e) {
        throw e.failures().containsKey(key) ? failure(e.failures().get(key), e) : e;
      }
      return found.containsKey(key)
          ? found.get(key)
          : BulkAnswer.underAnotherSpelling(key, found, settings.keyEncoder());
    }

    private static Exception failure(@Nullable Throwable failure, PartialLoadException partial) {
      if (failure instanceof Error error) {
        throw error;
      }
      return failure instanceof Exception exception ? exception : partial;
    }

    @Override
    public Map<K, V> loadAll(Collection<K> keys) throws Exception {
      return bulk.loadAll(keys instanceof List<K> list ? list : new ArrayList<>(keys));
    }

    @Override
    public boolean loadsInBulk() {
      return true;
    }
  }
}
