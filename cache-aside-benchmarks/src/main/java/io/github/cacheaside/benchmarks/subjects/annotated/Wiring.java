package io.github.cacheaside.benchmarks.subjects.annotated;

import io.github.cacheaside.benchmarks.servers.Database;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.springframework.cache.CacheManager;
import org.springframework.context.support.GenericApplicationContext;

/**
 * What makes the annotations of a service cache.
 *
 * @param configuration a class of configuration
 * @param beans adds what else it needs
 * @param service makes the service
 * @param end closes what is no bean
 */
record Wiring(
    Class<?> configuration,
    Consumer<GenericApplicationContext> beans,
    BiFunction<Database, WriteAtCommit, Service> service,
    Runnable end) {

  /** A cache manager of Spring's annotations. */
  static Wiring of(Class<?> configuration, CacheManager caches, Runnable end) {
    return new Wiring(
        configuration,
        context -> context.registerBean("cacheManager", CacheManager.class, () -> caches),
        Counters::new,
        end);
  }
}
