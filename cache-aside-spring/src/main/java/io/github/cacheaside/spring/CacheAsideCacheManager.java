package io.github.cacheaside.spring;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/**
 * The caches of an application, for Spring's {@code @Cacheable} and its relatives.
 *
 * <pre>{@code
 * CacheAsideCacheManager.builder(store)
 *     .defaults(all -> all.ttl(Duration.ofMinutes(30)))
 *     .cache("planet", planet -> planet.type(Planet.class).options(o -> o.nearCache(1000)))
 *     .build();
 * }</pre>
 *
 * <p>A cache is made when it is asked for, unless the manager is {@linkplain Builder#fixed fixed}.
 * The name may be any text; what follows its last {@code #} is a TTL, if it looks like one ({@code
 * planet#30m}, {@code ms s m h d}, seconds without a unit): it belongs to the cache before it, and
 * {@code planet} and {@code planet#30m} are the same cache.
 *
 * <p>Inside a transaction evictions and puts take part in it; see {@link EnableCacheAside}.
 * Thread-safe.
 */
public final class CacheAsideCacheManager implements CacheManager {
  private final Builder settings;
  private final Surroundings surroundings;
  private final Map<String, CacheAsideCache> caches = new ConcurrentHashMap<>();
  private final Map<String, CacheAsideCache> byAnyName = new ConcurrentHashMap<>();

  private CacheAsideCacheManager(Builder settings) {
    this.settings = settings;
    this.surroundings = new Surroundings(settings.transactions, settings.observations);
    settings.specs.keySet().forEach(this::getCache);
  }

  /**
   * Begins a manager.
   *
   * @param store where entries are kept; it stays the caller's to close
   * @return a builder with every option at its default
   */
  public static Builder builder(CacheStore store) {
    return new Builder(store);
  }

  /**
   * The cache of a name, made if need be.
   *
   * @param name the name, perhaps with a TTL
   * @return the cache; null if there is none and the manager is {@linkplain Builder#fixed fixed}
   * @throws IllegalStateException if the type of its values is unknown
   * @throws IllegalArgumentException if its options exclude one another, or if its name has another
   *     TTL than it had before
   */
  @Override
  public @Nullable Cache getCache(String name) {
    return find(name);
  }

  @Nullable CacheAsideCache find(String name) {
    CacheAsideCache known = byAnyName.get(requireNonNull(name, "name"));
    return known != null ? known : make(name);
  }

  private synchronized @Nullable CacheAsideCache make(String fullName) {
    NameWithTtl name = NameWithTtl.of(fullName);
    CacheAsideCache cache = caches.get(name.name());
    if (cache == null) {
      if (settings.fixed && !settings.specs.containsKey(name.name())) {
        return null;
      }
      cache =
          new CacheAsideCache(name, build(name), surroundings, settings.keys, specOf(name.name()));
      caches.put(name.name(), cache);
    } else if (name.ttl() != null) {
      cache.outlast(name, () -> build(name));
    }
    byAnyName.put(fullName, cache);
    return cache;
  }

  private CacheSpec specOf(String name) {
    CacheSpec spec = settings.specs.get(name);
    return (spec == null ? new CacheSpec() : spec).over(settings.defaults);
  }

  private CacheAside<Object, Object> build(NameWithTtl name) {
    CacheAside<Object, Object> cache =
        new CacheMaker(settings.store, settings.namespace, settings.keys)
            .make(name, specOf(name.name()), serializer(name.name()), settings.customizers);
    settings.listeners.forEach(each -> each.accept(cache));
    return cache;
  }

  private Serializer<?> serializer(String name) {
    CacheSpec spec = specOf(name);
    Serializer<?> own = spec.serializer();
    if (own != null) {
      return own;
    }
    Type type = spec.type() != null ? spec.type() : settings.types.apply(name);
    if (type == null) {
      throw new IllegalStateException(
          "the type of the values of cache \""
              + name
              + "\" is not known: say .cache(\""
              + name
              + "\", spec -> spec.type(Item.class)), or give it a serializer");
    }
    return requireNonNull(settings.serializers.apply(type), "what serializers answered");
  }

  /**
   * The cache of a name as the core has it: for many keys, tags, statistics and health. Its keys
   * are those of the annotations: a single parameter as it is, several as {@code SimpleKey}. It has
   * no loader of its own.
   *
   * @param name the name
   * @return the cache
   * @throws IllegalArgumentException if there is none and the manager is {@linkplain Builder#fixed
   *     fixed}
   */
  public CacheAside<Object, Object> cacheAside(String name) {
    return existing(name).getNativeCache();
  }

  CacheAsideCache existing(String name) {
    CacheAsideCache cache = find(name);
    if (cache == null) {
      throw new IllegalArgumentException(
          "no cache is named \"" + name + "\"; there are " + getCacheNames());
    }
    return cache;
  }

  /**
   * The names of all caches that have been made so far, without a TTL.
   *
   * @return in alphabetical order
   */
  @Override
  public Collection<String> getCacheNames() {
    return List.copyOf(new TreeSet<>(caches.keySet()));
  }

  /**
   * Clears every cache that has been made so far, at once, also inside a transaction.
   *
   * @throws io.github.cacheaside.CacheStoreException if the store failed for any of them; all are
   *     tried, and it is tried again in the background
   */
  @Override
  public void resetCaches() {
    RuntimeException first = null;
    for (CacheAsideCache cache : caches.values()) {
      try {
        cache.invalidate();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  CacheStore.Coherence coherence() {
    return settings.store.coherence();
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /** Options of a {@link CacheAsideCacheManager}. Not thread-safe; the manager it builds is. */
  public static final class Builder {
    private final CacheStore store;
    private final Map<String, CacheSpec> specs = new LinkedHashMap<>();
    private final CacheSpec defaults = new CacheSpec();
    private final List<BiConsumer<String, CacheAsideBuilder<Object, Object>>> customizers =
        new java.util.ArrayList<>();
    private final List<Consumer<? super CacheAside<Object, Object>>> listeners =
        new java.util.ArrayList<>();
    private @Nullable String namespace;
    private boolean fixed;
    private SpringKeys keys = SpringKeys.standard();
    private Function<? super String, ? extends @Nullable Type> types = name -> null;
    private Function<? super Type, ? extends Serializer<?>> serializers = Builder::json;
    private TransactionMode transactions = TransactionMode.FENCED;
    private Supplier<? extends ObservationRegistry> observations = () -> ObservationRegistry.NOOP;

    private Builder(CacheStore store) {
      this.store = requireNonNull(store, "store");
    }

    private static Serializer<?> json(Type type) {
      return Serializer.json(
          new TypeReference<Object>() {
            @Override
            public Type getType() {
              return type;
            }
          });
    }

    /**
     * Keeps applications that share a Redis apart. Default: none.
     *
     * @param namespace 1 to 100 of {@code A-Z a-z 0-9 _ . -}
     * @return this builder
     */
    public Builder namespace(String namespace) {
      this.namespace = requireNonNull(namespace, "namespace");
      return this;
    }

    /**
     * Says what all caches have in common that do not say otherwise.
     *
     * @param spec says it
     * @return this builder
     */
    public Builder defaults(Consumer<? super CacheSpec> spec) {
      spec.accept(defaults);
      return this;
    }

    /**
     * Says what one cache is like, and makes it with the manager. A second call for a name adds to
     * the first.
     *
     * @param name the name, without a TTL
     * @param spec says it
     * @return this builder
     */
    public Builder cache(String name, Consumer<? super CacheSpec> spec) {
      spec.accept(specs.computeIfAbsent(requireNonNull(name, "name"), each -> new CacheSpec()));
      return this;
    }

    /**
     * Has no caches but those that {@link #cache} has named. Default: any, made when first asked
     * for.
     *
     * @return this builder
     */
    public Builder fixed() {
      this.fixed = true;
      return this;
    }

    /**
     * Tells the type of the values of caches that have neither a type nor a serializer. Default:
     * nothing is known of them, and they can't be made.
     *
     * @param types answers the type for a name, or null
     * @return this builder
     */
    public Builder types(Function<? super String, ? extends @Nullable Type> types) {
      this.types = requireNonNull(types, "types");
      return this;
    }

    /**
     * Sets how values of a type become bytes. Default: JSON by Jackson, as {@code Serializer.json}
     * does it.
     *
     * @param serializers answers the serializer for a type
     * @return this builder
     */
    public Builder serializers(Function<? super Type, ? extends Serializer<?>> serializers) {
      this.serializers = requireNonNull(serializers, "serializers");
      return this;
    }

    /**
     * Sets how keys become text. Default: {@link SpringKeys#standard()}.
     *
     * @param keys the encoder
     * @return this builder
     */
    public Builder keys(SpringKeys keys) {
      this.keys = requireNonNull(keys, "keys");
      return this;
    }

    /**
     * Has the last word on the options of each cache.
     *
     * @param customizer is given the name and the builder, and may call any of its methods but
     *     {@code build}
     * @return this builder
     */
    public Builder customizer(BiConsumer<String, CacheAsideBuilder<Object, Object>> customizer) {
      this.customizers.add(requireNonNull(customizer, "customizer"));
      return this;
    }

    /**
     * Is told of each cache when it has been made, early or late: for meters.
     *
     * @param listener is given the cache; must not ask the manager for one
     * @return this builder
     */
    public Builder onCreated(Consumer<? super CacheAside<Object, Object>> listener) {
      this.listeners.add(requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * Sets what becomes of evictions and puts inside a transaction. Default: {@link
     * TransactionMode#FENCED}.
     *
     * @param mode fenced, after the commit, or at once
     * @return this builder
     */
    public Builder transactions(TransactionMode mode) {
      this.transactions = requireNonNull(mode, "mode");
      return this;
    }

    /**
     * Observes loads as {@code cache.aside.loading} with the tag {@code cache}, for traces and
     * timers: of annotated methods, of {@code Cache.get(key, valueLoader)} and of {@link
     * CacheableAll}. Not observed are hits, a method that is called past the cache since Redis is
     * away or a fence stands, and what a publisher or a future does after its method has returned.
     * Default: none.
     *
     * @param registry gives the registry; asked for at the first load
     * @return this builder
     */
    public Builder observations(Supplier<? extends ObservationRegistry> registry) {
      this.observations = requireNonNull(registry, "registry");
      return this;
    }

    /**
     * Builds the manager and the caches that have been named.
     *
     * @return the manager
     * @throws IllegalArgumentException if options of a cache exclude one another
     * @throws IllegalStateException if the type of its values is unknown
     */
    public CacheAsideCacheManager build() {
      return new CacheAsideCacheManager(this);
    }
  }
}
