package io.github.cacheaside.engine;

import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.entry.Ages;
import io.github.cacheaside.engine.entry.Generations;
import io.github.cacheaside.engine.entry.NearCache;
import io.github.cacheaside.engine.entry.StoreFiller;
import io.github.cacheaside.engine.entry.StoreReader;
import io.github.cacheaside.engine.entry.Values;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.Events;
import io.github.cacheaside.engine.guard.ForeignMarks;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.engine.guard.UnreadableEntries;
import io.github.cacheaside.engine.load.Coalescer;
import io.github.cacheaside.engine.load.Flights;
import io.github.cacheaside.engine.load.Leases;
import io.github.cacheaside.engine.load.LoadParts;
import io.github.cacheaside.engine.load.LoadRunner;
import io.github.cacheaside.engine.load.MissResolver;
import io.github.cacheaside.engine.load.Origins;
import io.github.cacheaside.engine.load.Refresher;
import io.github.cacheaside.engine.load.ReloadThrottle;
import io.github.cacheaside.engine.load.Renewal;
import io.github.cacheaside.engine.read.CacheReader;
import io.github.cacheaside.engine.read.ReadParts;
import io.github.cacheaside.engine.write.Puts;
import io.github.cacheaside.engine.write.Removals;
import io.github.cacheaside.engine.write.WriteParts;

/**
 * Puts one cache together: each part is given what it uses, from the bottom to the top, and knows
 * nothing of what is above it.
 */
public final class Assembly<K, V> {
  private final ReadParts<K, V> read;
  private final CacheReader<K, V> reader;
  private final Removals<K, V> removals;
  private final Puts<K, V> puts;

  public Assembly(Settings<K, V> settings) {
    this(settings, new Flights<>(Renewal.longestFlightNanos(settings.leaseTime())), Timers.SHARED);
  }

  public Assembly(Settings<K, V> settings, Flights<V> flights, Timers timers) {
    Counters counters = new Counters();
    Events<K, V> events = new Events<>(settings, counters);
    StoreGuard guard = new StoreGuard(counters, settings);
    Ages ages = Ages.of(settings);
    Values<V> values = new Values<>(settings.name(), settings.codec(), counters);
    Generations<K, V> generations =
        new Generations<>(settings.store(), settings.tags(), values::uncacheable);
    StoreReader<K, V> storeReader =
        new StoreReader<>(
            settings.store(),
            generations,
            values,
            ages,
            new UnreadableEntries(settings.store(), guard, timers),
            settings.near() == null ? null : NearCache.open(settings, settings.near(), counters));
    LoadRunner runner = new LoadRunner(settings, counters, timers);
    Origins<K, V> origins = new Origins<>(settings, runner);
    StoreFiller<K, V> filler =
        new StoreFiller<>(settings, guard, generations, values, ages, counters);
    LoadParts<K, V> load =
        new LoadParts<>(
            settings,
            storeReader,
            guard,
            ages,
            new Leases<>(settings, guard, timers, generations, filler),
            origins,
            runner,
            settings.coalescing() == null
                ? null
                : new Coalescer<>(settings, settings.coalescing(), origins, runner, timers),
            new ReloadThrottle<>(settings, ages, guard, generations, storeReader, counters),
            flights,
            new ForeignMarks(settings.store(), guard, System::nanoTime),
            counters,
            timers,
            !generations.none());
    this.read = new ReadParts<>(load, new Refresher<>(load), new MissResolver<>(load), events);
    this.reader = new CacheReader<>(read);
    WriteParts<K, V> write =
        new WriteParts<>(
            settings,
            storeReader,
            guard,
            generations,
            values,
            ages,
            flights,
            counters,
            events,
            timers);
    this.removals = new Removals<>(write);
    this.puts = new Puts<>(write, removals);
  }

  /** What bulk reads and warm-ups work with. */
  public ReadParts<K, V> read() {
    return read;
  }

  CacheReader<K, V> reader() {
    return reader;
  }

  Removals<K, V> removals() {
    return removals;
  }

  Puts<K, V> puts() {
    return puts;
  }
}
