package io.github.cacheaside.spring;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.jdbc.SqlCache;
import java.util.function.Supplier;

/**
 * Has a cache of SQL results take part in transactions; its own class for the JDBC module's sake.
 */
record TransactionalSqlCache(Supplier<Surroundings> surroundings) implements SqlCache.Wrapping {

  /** The bean, or what stands for it if it is such a cache. */
  static Object joined(Object bean, Supplier<Surroundings> surroundings) {
    return bean instanceof SqlCache cache
        ? cache.through(new TransactionalSqlCache(surroundings))
        : bean;
  }

  @Override
  public <K, V> CacheAside<K, V> wrap(CacheAside<K, V> cache) {
    return new TransactionalCacheAside<>(cache, surroundings);
  }
}
