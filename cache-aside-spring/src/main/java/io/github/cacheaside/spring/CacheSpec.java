package io.github.cacheaside.spring;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.codec.Serializer;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one cache of a {@link CacheAsideCacheManager} is like. What is not said here is as {@link
 * CacheAsideCacheManager.Builder#defaults} has it. Not thread-safe.
 */
public final class CacheSpec {
  private @Nullable Type type;
  private @Nullable Serializer<?> serializer;
  private @Nullable Boolean clearable;
  private @Nullable Boolean cacheNull;
  private final List<Consumer<? super CacheAsideBuilder<Object, Object>>> options =
      new ArrayList<>();

  CacheSpec() {}

  /** What this one leaves open, the other says. */
  CacheSpec over(CacheSpec defaults) {
    CacheSpec both = new CacheSpec();
    boolean own = type != null || serializer != null;
    both.type = own ? type : defaults.type;
    both.serializer = own ? serializer : defaults.serializer;
    both.clearable = clearable != null ? clearable : defaults.clearable;
    both.cacheNull = cacheNull != null ? cacheNull : defaults.cacheNull;
    both.options.addAll(defaults.options);
    both.options.addAll(options);
    return both;
  }

  /**
   * Sets the type of the values; they are written as JSON without class names, unless the manager
   * has {@linkplain CacheAsideCacheManager.Builder#serializers serializers} of its own.
   *
   * @param type a class, or a generic type such as {@code
   *     ResolvableType.forClassWithGenerics(List.class, Item.class).getType()}
   * @return this spec
   */
  public CacheSpec type(Type type) {
    this.type = requireNonNull(type, "type");
    this.serializer = null;
    return this;
  }

  /**
   * Sets how values become bytes, instead of their {@link #type}.
   *
   * @param serializer the serializer
   * @return this spec
   */
  public CacheSpec serializer(Serializer<?> serializer) {
    this.serializer = requireNonNull(serializer, "serializer");
    this.type = null;
    return this;
  }

  /**
   * Sets whether all entries can be evicted at once, by {@code allEntries}, {@code clear} or {@code
   * resetCaches}, at the cost of a second GET with each read, in the same round trip. Default: yes,
   * if the store's layout has a place for it.
   *
   * @param clearable false to refuse it
   * @return this spec
   */
  public CacheSpec clearable(boolean clearable) {
    this.clearable = clearable;
    return this;
  }

  /**
   * Sets whether it is cached that a method has answered null, or an empty {@code Optional}.
   * Default: yes, for 1 minute, if the store's layout has a place for it; {@link
   * CacheAsideBuilder#absentTtl} in {@link #options} sets another time. An insert must then evict
   * its key, as an update does.
   *
   * @param cacheNull false to call the method each time
   * @return this spec
   */
  public CacheSpec cacheNull(boolean cacheNull) {
    this.cacheNull = cacheNull;
    return this;
  }

  /**
   * Sets one TTL for all values, without jitter. Default: 10 minutes, less up to 10 % at random.
   *
   * @param ttl from 1 ms to 10 years
   * @return this spec
   */
  public CacheSpec ttl(Duration ttl) {
    requireNonNull(ttl, "ttl");
    return options(builder -> builder.ttl(ttl));
  }

  /**
   * Sets any other option of the cache. Those that are set later win.
   *
   * @param options calls methods of the builder, but for {@code keyEncoder} and {@code build}
   * @return this spec
   */
  public CacheSpec options(Consumer<? super CacheAsideBuilder<Object, Object>> options) {
    this.options.add(requireNonNull(options, "options"));
    return this;
  }

  @Nullable Type type() {
    return type;
  }

  @Nullable Serializer<?> serializer() {
    return serializer;
  }

  boolean isClearable() {
    return clearable == null || clearable;
  }

  boolean cachesNull() {
    return cacheNull == null || cacheNull;
  }

  void apply(CacheAsideBuilder<Object, Object> builder) {
    options.forEach(each -> each.accept(builder));
  }
}
