package io.github.cacheaside;

/**
 * Puts one cache together: each part is given what it uses, from the bottom to the top, and knows
 * nothing of what is above it.
 */
final class Assembly<K, V> {
  private final ReadParts<K, V> read;
  private final CacheReader<K, V> reader;
  private final Removals<K, V> removals;
  private final Puts<K, V> puts;

  Assembly(Settings<K, V> settings) {
    this(settings, new Flights<>(Renewal.longestFlightNanos(settings.lease())), Timers.SHARED);
  }

  Assembly(Settings<K, V> settings, Flights<V> flights, Timers timers) {
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
            new Drops(settings.store(), guard, timers),
            settings.near() == null ? null : NearCache.open(settings, settings.near(), counters));
    LoadRunner runner = new LoadRunner(settings, counters, timers);
    Origins<K, V> origins = new Origins<>(settings, runner);
    StoreFiller<K, V> filler =
        new StoreFiller<>(settings, guard, generations, values, ages, counters);
    Attempt.Parts<K, V> load =
        new Attempt.Parts<>(
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
    this.read =
        new ReadParts<>(load, new Refresher<>(load), new MissResolver<>(load), events);
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
  ReadParts<K, V> read() {
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
