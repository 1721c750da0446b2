package io.github.cacheaside.engine.load;

import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.Loaded;
import io.github.cacheaside.engine.base.Settings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What a call loads by, and runs it: the loader of the call, or that of the cache. */
public final class Origins<K, V> {
  private final Settings<K, V> settings;
  private final LoadRunner runner;
  private final @Nullable Origin<K, V> own;
  private final AtomicBoolean toldOfOtherKeys = new AtomicBoolean();

  public Origins(Settings<K, V> settings, LoadRunner runner) {
    this.settings = settings;
    this.runner = runner;
    this.own = Origin.of(settings);
  }

  /** Whether there is a loader: that of a call, or that of the cache. */
  boolean mayLoad(@Nullable Origin<?, ?> ofCall) {
    return ofCall != null || own != null;
  }

  /** Whether the cache was built with a loader, so that a call need not bring its own. */
  public boolean hasLoader() {
    return own != null;
  }

  /** What a call gets that brings no loader and needs one. */
  public IllegalStateException noLoader() {
    return new IllegalStateException(
        "cache "
            + settings.name()
            + " was built without a loader, so each call has to bring its own: get(key, loader)");
  }

  /** Throws if neither the cache nor the call has a loader. */
  public void check(@Nullable CacheLoader<?, ?> ofCall) {
    if (own == null && ofCall == null) {
      throw noLoader();
    }
  }

  /** What a call loads by. */
  @SuppressWarnings("unchecked") // a call is one of one cache
  Origin<K, V> of(Call call) {
    Origin<?, ?> origin = call.origin() == null ? own : call.origin();
    if (origin == null) {
      throw noLoader();
    }
    return (Origin<K, V>) origin;
  }

  /** Whether the loader of a call may be shown the old value. */
  boolean isConditional(@Nullable Origin<?, ?> ofCall) {
    return ofCall == null && own != null && own.isConditional();
  }

  /**
   * Runs the loader of a call, when there is a place for it, and counts.
   *
   * @param previous the old value; null if there is none
   */
  @Nullable Object load(Call call, K key, @Nullable V previous, LoadStart start) throws Exception {
    Origin<K, V> origin = of(call);
    return runner.run(() -> origin.load(key, previous), start);
  }

  /** Runs the bulk loader of a call, and counts it as one load. */
  Map<K, ?> loadAll(Call call, List<K> keys, LoadStart start) throws Exception {
    BulkAnswer<K, ?> bulk =
        new BulkAnswer<>(
            of(call).loader(), settings.keyEncoder(), settings.name(), toldOfOtherKeys);
    return runner.<Map<K, ?>>run(() -> bulk.load(keys), start);
  }

  /** What a loader has answered, in one form; null if the database has no row. */
  @Nullable Loaded<V> loaded(Call call, @Nullable Object answer) {
    return of(call).loaded(answer);
  }
}
