package io.github.cacheaside;

/**
 * What the reads of one cache work with, from the bottom to the top.
 *
 * @param load what a miss works with
 * @param refresher judges the age of what was found
 * @param misses answers what the store could not
 * @param events counts how reads end
 */
record ReadParts<K, V>(
    Attempt.Parts<K, V> load,
    Refresher<K, V> refresher,
    MissResolver<K, V> misses,
    Events<K, V> events) {
  Settings<K, V> settings() {
    return load.settings();
  }

  StoreReader<K, V> store() {
    return load.reader();
  }

  StoreGuard guard() {
    return load.guard();
  }
}
