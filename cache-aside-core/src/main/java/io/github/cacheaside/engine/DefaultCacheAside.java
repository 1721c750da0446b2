package io.github.cacheaside.engine;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.AsyncCacheAside;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.Health;
import io.github.cacheaside.Look;
import io.github.cacheaside.Read;
import io.github.cacheaside.Reads;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.Warmed;
import io.github.cacheaside.Warming;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.engine.base.Interrupts;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.engine.guard.CallerThread;
import io.github.cacheaside.engine.load.Call;
import io.github.cacheaside.engine.load.Origin;
import io.github.cacheaside.engine.load.Origins;
import io.github.cacheaside.engine.read.BulkRead;
import io.github.cacheaside.engine.read.CacheReader;
import io.github.cacheaside.engine.read.ReadParts;
import io.github.cacheaside.engine.read.Warmer;
import io.github.cacheaside.engine.write.Fence;
import io.github.cacheaside.engine.write.Puts;
import io.github.cacheaside.engine.write.Removals;
import io.github.cacheaside.engine.write.TagFence;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The cache that the builder builds: the engine, on the caller's thread. */
public final class DefaultCacheAside<K, V> implements CacheAside<K, V> {
  private final Settings<K, V> settings;
  private final ReadParts<K, V> parts;
  private final Origins<K, V> origins;
  private final CacheReader<K, V> reader;
  private final Removals<K, V> removals;
  private final Puts<K, V> puts;
  private final DefaultAsyncCacheAside<K, V> async;

  public DefaultCacheAside(Settings<K, V> settings) {
    Assembly<K, V> assembly = new Assembly<>(settings);
    this.settings = settings;
    this.parts = assembly.read();
    this.origins = parts.load().origins();
    this.reader = assembly.reader();
    this.removals = assembly.removals();
    this.puts = assembly.puts();
    this.async = new DefaultAsyncCacheAside<>(this, assembly);
    RiskyOptions.advise(settings);
  }

  @Override
  public Optional<V> get(K key) {
    return reader.get(key, null);
  }

  @Override
  public Read<V> read(K key) {
    return reader.read(key, null);
  }

  @Override
  public Optional<V> get(K key, CacheLoader<? super K, ? extends V> loader) {
    return reader.get(key, requireNonNull(loader, "loader"));
  }

  @Override
  public Read<V> read(K key, CacheLoader<? super K, ? extends V> loader) {
    return reader.read(key, requireNonNull(loader, "loader"));
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys) {
    checkLoader();
    return getAll(keys, (Origin<K, V>) null);
  }

  @Override
  public Map<K, V> getAll(Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return getAll(keys, Origin.ofCall(loader, settings));
  }

  private Map<K, V> getAll(Collection<? extends K> keys, @Nullable Origin<K, V> own) {
    CallerThread thread = new CallerThread();
    Call call = new Call(thread, Call.Kind.MANY).by(own).in(parts.load().runner().contextOfLoads());
    BulkRead<K, V> read = new BulkRead<>(parts, call, keys);
    try {
      return await(thread, call, read.values());
    } finally {
      read.count();
    }
  }

  @Override
  public Reads<K, V> readAll(Collection<? extends K> keys) {
    checkLoader();
    return readAll(keys, (Origin<K, V>) null);
  }

  @Override
  public Reads<K, V> readAll(Collection<? extends K> keys, CacheLoader.Bulk<K, V> loader) {
    return readAll(keys, Origin.ofCall(loader, settings));
  }

  private void checkLoader() {
    if (!origins.hasLoader()) {
      throw origins.noLoader();
    }
  }

  private Reads<K, V> readAll(Collection<? extends K> keys, @Nullable Origin<K, V> own) {
    CallerThread thread = new CallerThread();
    Call call = new Call(thread, Call.Kind.MANY).by(own).in(parts.load().runner().contextOfLoads());
    BulkRead<K, V> read = new BulkRead<>(parts, call, keys);
    try {
      return await(thread, call, read.reads());
    } finally {
      read.count();
    }
  }

  @Override
  public Warmed warm(Iterable<? extends K> keys, Warming how) {
    checkLoader();
    CallerThread thread = new CallerThread();
    Warmer<K, V> warmer = new Warmer<>(parts, thread, keys.iterator(), requireNonNull(how, "how"));
    try {
      return thread.await(warmer.start());
    } catch (InterruptedException e) {
      warmer.abandon();
      throw Interrupts.told(settings.name(), e);
    }
  }

  @Override
  public Optional<V> peek(K key) {
    CallerThread thread = new CallerThread();
    return await(thread, new Call(thread), reader.peek(key, thread));
  }

  @Override
  public Ticket<V> ticket(K key) {
    return reader.ticket(key);
  }

  @Override
  public void put(K key, V value) {
    CallerThread thread = new CallerThread();
    await(thread, new Call(thread), puts.put(key, requireNonNull(value, "value")));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    CallerThread thread = new CallerThread();
    await(thread, new Call(thread), puts.putAll(values, thread));
  }

  @Override
  public Look<V> putIfAbsent(K key, V value) {
    CallerThread thread = new CallerThread();
    requireNonNull(value, "value");
    return await(thread, new Call(thread), puts.putIfAbsent(key, value, thread));
  }

  @Override
  public Look<V> look(K key) {
    CallerThread thread = new CallerThread();
    return await(thread, new Call(thread), reader.look(key, thread));
  }

  @Override
  public Read<V> refresh(K key) {
    checkLoader();
    softInvalidate(key, settings.leaseTime().multipliedBy(10));
    return read(key);
  }

  @Override
  public void invalidateAll(Collection<? extends K> keys) {
    CallerThread thread = new CallerThread();
    await(thread, new Call(thread), removals.invalidate(keys));
  }

  @Override
  public void softInvalidateAll(Collection<? extends K> keys, Duration maxStale) {
    CallerThread thread = new CallerThread();
    await(thread, new Call(thread), removals.soften(keys, maxStale));
  }

  @Override
  public void invalidateTag(String tag) {
    CallerThread thread = new CallerThread();
    await(thread, new Call(thread), removals.invalidateTag(Tags.check(tag)));
  }

  @Override
  public void clear() {
    CallerThread thread = new CallerThread();
    await(thread, new Call(thread), removals.invalidateTag(Tags.ALL));
  }

  @Override
  public WriteFence fence(Collection<? extends K> keys) {
    Fence<K, V> fence = removals.fence(keys);
    CompletableFuture<WriteFence> placing = fence.place();
    try {
      return new CallerThread().await(placing);
    } catch (InterruptedException e) {
      placing.whenComplete((placed, failure) -> fence.closeAsync()); // no other thread would
      throw Interrupts.told(settings.name(), e);
    }
  }

  @Override
  public WriteFence fenceTags(Collection<String> tags) {
    return place(removals.fenceTags(tags.stream().map(Tags::check).toList()));
  }

  @Override
  public WriteFence fenceAll() {
    return place(removals.fenceTags(List.of(Tags.ALL)));
  }

  private WriteFence place(TagFence<K, V> fence) {
    CompletableFuture<WriteFence> placing = fence.place();
    try {
      return new CallerThread().await(placing);
    } catch (InterruptedException e) {
      placing.whenComplete((placed, failure) -> fence.closeAsync());
      throw Interrupts.told(settings.name(), e);
    }
  }

  private <T> T await(CallerThread thread, Call call, CompletableFuture<T> future) {
    try {
      return thread.await(future);
    } catch (InterruptedException e) {
      call.abandon();
      throw Interrupts.told(settings.name(), e);
    }
  }

  @Override
  public CacheStats stats() {
    return parts.load().counters().snapshot(removals.pending().size());
  }

  @Override
  public Health health() {
    return parts
        .guard()
        .health(
            removals.pending().size(),
            settings.protection().limiter(),
            parts.load().flights().size(),
            async.stalledThreads());
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public String namespace() {
    return settings.namespace();
  }

  @Override
  public AsyncCacheAside<K, V> async() {
    return async;
  }

  @Override
  public String toString() {
    return "CacheAside[" + name() + "]";
  }
}
