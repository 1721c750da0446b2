package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.ConditionalLoader;
import io.github.cacheaside.Loaded;
import io.github.cacheaside.engine.base.BadAnswerException;
import org.jspecify.annotations.Nullable;

/** A loader that may be shown the old value; what it leaves unchanged becomes that value again. */
public final class Conditional<K, V> implements CacheLoader<K, Loaded<V>> {
  private final ConditionalLoader<K, V> loader;
  private final String cache;

  public Conditional(ConditionalLoader<K, V> loader, String cache) {
    this.loader = loader;
    this.cache = cache;
  }

  @Override
  public @Nullable Loaded<V> load(K key) throws Exception {
    return load(key, null);
  }

  @Nullable Loaded<V> load(K key, @Nullable V previous) throws Exception {
    Loaded<V> loaded = loader.load(key, previous);
    if (loaded == null || !loaded.isUnchanged()) {
      return loaded;
    }
    if (previous == null) {
      throw new BadAnswerException("the loader", cache, "unchanged where there was no old value");
    }
    return loaded.with(previous);
  }
}
