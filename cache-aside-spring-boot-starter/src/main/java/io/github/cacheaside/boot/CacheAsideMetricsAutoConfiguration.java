package io.github.cacheaside.boot;

import io.github.cacheaside.metrics.CacheAsideMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Meters of every cache, whether it was made at start or later. */
@AutoConfiguration(
    after = CacheAsideAutoConfiguration.class,
    afterName = {
      "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
      "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
    })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({CreatedCaches.class, MeterRegistry.class})
public final class CacheAsideMetricsAutoConfiguration {
  @Bean
  SmartInitializingSingleton cacheAsideMeters(
      CreatedCaches caches, ObjectProvider<MeterRegistry> registries) {
    return () ->
        registries.ifUnique(
            registry -> caches.onEach(cache -> CacheAsideMetrics.monitor(registry, cache)));
  }
}
