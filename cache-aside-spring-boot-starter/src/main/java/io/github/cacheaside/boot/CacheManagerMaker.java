package io.github.cacheaside.boot;

import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.spring.CacheSpec;
import io.github.cacheaside.spring.SpringKeys;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** Makes the manager that properties, annotations and customizers ask for. */
record CacheManagerMaker(
    CacheStore store,
    CacheAsideProperties properties,
    ValueTypes types,
    @Nullable Function<Type, Serializer<?>> serializers,
    Supplier<Executor> executor,
    boolean executorAlways,
    CreatedCaches created,
    SpringKeys keys,
    List<CacheAsideBuilderCustomizer> customizers,
    Supplier<ObservationRegistry> observations,
    AtomicReference<String> current) {

  CacheAsideCacheManager make() {
    CacheAsideCacheManager.Builder builder = CacheAsideCacheManager.builder(store);
    String namespace = properties.namespace();
    if (namespace != null) {
      builder.namespace(namespace);
    }
    if (properties.defaults().keyPrefix() != null || properties.defaults().type() != null) {
      throw new InvalidCacheException(
          "cache-aside.defaults has a key-prefix or a type, which caches can't have in common",
          "Move it to cache-aside.caches.<name>.",
          null);
    }
    builder.transactions(properties.transactions()).types(types::of).onCreated(created::add);
    builder.keys(keys).observations(observations);
    if (serializers != null) {
      builder.serializers(serializers);
    }
    builder.defaults(all -> spec(all, properties.defaults()));
    builder.customizer(this::options);
    for (String name : properties.names()) {
      builder.cache(name, one -> own(name, one));
    }
    return refusedFor(() -> "cache \"" + current.get() + "\"", builder::build);
  }

  /** A refusal that says what was made. */
  static <T> T refusedFor(Supplier<String> what, Supplier<T> making) {
    try {
      return making.get();
    } catch (InvalidCacheException e) {
      throw e;
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new InvalidCacheException(
          what.get() + " can't be made: " + e.getMessage(),
          "Change the properties or the type of the cache that it names.",
          e);
    }
  }

  private void own(String name, CacheSpec spec) {
    CacheOptions options = properties.of(name);
    spec(spec, options);
    if (options.type() != null) {
      spec.type(type(name, options.type()));
    }
  }

  private static void spec(CacheSpec spec, CacheOptions options) {
    if (options.clearable() != null) {
      spec.clearable(options.clearable());
    }
    if (options.cacheNull() != null) {
      spec.cacheNull(options.cacheNull());
    }
  }

  private static Type type(String name, String text) {
    ClassLoader loader = ClassUtils.getDefaultClassLoader();
    try {
      return TypeText.parse(
          text, loader == null ? CacheManagerMaker.class.getClassLoader() : loader);
    } catch (IllegalArgumentException e) {
      String property = "cache-aside.caches." + name + ".type";
      throw new InvalidCacheException(
          property + " = " + text + " is no type: " + e.getMessage(),
          "Name a class with its package, as java.util.List<com.shop.Item>.",
          e);
    }
  }

  private void options(String name, CacheAsideBuilder<Object, Object> cache) {
    current.set(name);
    if (executorAlways || properties.of(name).needsExecutor()) {
      cache.executor(executor.get());
    }
    new OptionWriter(name, properties, cache).write();
    customizers.forEach(each -> each.customize(name, cache));
  }
}
