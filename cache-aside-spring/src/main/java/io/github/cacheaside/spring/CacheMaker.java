package io.github.cacheaside.spring;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.CacheName;
import io.github.cacheaside.LoadExceptions;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Makes the core's caches as a manager needs them. */
record CacheMaker(CacheStore store, @Nullable String namespace, SpringKeys keys) {
  private static final Duration NULL_TTL = Duration.ofMinutes(1);

  CacheAside<Object, Object> make(
      NameWithTtl name,
      CacheSpec spec,
      Serializer<?> serializer,
      List<BiConsumer<String, CacheAsideBuilder<Object, Object>>> customizers) {
    @SuppressWarnings("unchecked") // a value of another type is refused when it is written
    Serializer<Object> ofAnything = (Serializer<Object>) serializer;
    CacheAsideBuilder<Object, Object> builder =
        CacheAside.builder(store, CacheName.ofAnyText(name.name()), ofAnything);
    if (namespace != null) {
      builder.namespace(namespace);
    }
    boolean roomy = store.coherence() == CacheStore.Coherence.LEASE;
    if (roomy && spec.isClearable()) {
      builder.clearable();
    }
    if (roomy && spec.cachesNull()) {
      builder.absentTtl(NULL_TTL);
    }
    spec.apply(builder);
    customizers.forEach(each -> each.accept(name.name(), builder));
    if (name.ttl() != null) {
      builder.ttl(name.ttl());
    }
    builder.keyEncoder(keys);
    return builder.loadExceptions(LoadExceptions.WRAPPED).build();
  }
}
