package io.github.cacheaside.engine.write;

import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.entry.Ages;
import io.github.cacheaside.engine.entry.Generations;
import io.github.cacheaside.engine.entry.StoreReader;
import io.github.cacheaside.engine.entry.Values;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.Events;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.engine.load.Flights;
import io.github.cacheaside.spi.CacheStore;

/** What removals, puts and fences of one cache work with. */
public record WriteParts<K, V>(
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
