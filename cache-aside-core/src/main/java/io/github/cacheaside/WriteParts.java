package io.github.cacheaside;

/** What removals, puts and fences of one cache work with. */
record WriteParts<K, V>(
    Settings<K, V> settings,
    StoreReader<K, V> reader,
    StoreGuard guard,
    Generations<K, V> generations,
    Values<V> values,
    Ages ages,
    Flights<V> flights,
    Counters counters,
    Events<K, V> events,
    Timers timers) {
  CacheStore store() {
    return settings.store();
  }
}
