package io.github.cacheaside.engine.read;

import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.entry.StoreReader;
import io.github.cacheaside.engine.guard.Events;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.engine.load.LoadParts;
import io.github.cacheaside.engine.load.MissResolver;
import io.github.cacheaside.engine.load.Refresher;

/**
 * What the reads of one cache work with, from the bottom to the top.
 *
 * @param load what a miss works with
 * @param refresher judges the age of what was found
 * @param misses answers what the store could not
 * @param events counts how reads end
 */
public record ReadParts<K, V>(
    LoadParts<K, V> load,
    Refresher<K, V> refresher,
    MissResolver<K, V> misses,
    Events<K, V> events) {
  public Settings<K, V> settings() {
    return load.settings();
  }

  StoreReader<K, V> store() {
    return load.reader();
  }

  public StoreGuard guard() {
    return load.guard();
  }
}
