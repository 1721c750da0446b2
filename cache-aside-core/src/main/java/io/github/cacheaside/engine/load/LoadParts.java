package io.github.cacheaside.engine.load;

import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.entry.Ages;
import io.github.cacheaside.engine.entry.StoreReader;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.guard.ForeignMarks;
import io.github.cacheaside.engine.guard.StoreGuard;
import org.jspecify.annotations.Nullable;

/** What the attempts of one cache work with. */
public record LoadParts<K, V>(
    Settings<K, V> settings,
    StoreReader<K, V> reader,
    StoreGuard guard,
    Ages ages,
    Leases<K, V> leases,
    Origins<K, V> origins,
    LoadRunner runner,
    @Nullable Coalescer<K> coalescer,
    ReloadThrottle<K, V> throttle,
    Flights<V> flights,
    ForeignMarks foreign,
    Counters counters,
    Timers timers,
    boolean tagged) {}
