package io.github.cacheaside.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health of the caches, which is told and never counts as that of the application. */
@AutoConfiguration(after = CacheAsideAutoConfiguration.class)
@ConditionalOnClass(
    name = {
      "org.springframework.boot.health.contributor.HealthIndicator",
      "org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator"
    })
@ConditionalOnBean(CreatedCaches.class)
public final class CacheAsideHealthAutoConfiguration {

  /** Only looked at where there is a health of applications. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnEnabledHealthIndicator("cacheaside")
  static class Indicator {
    @Bean
    @ConditionalOnMissingBean(name = "cacheAsideHealthIndicator")
    HealthIndicator cacheAsideHealthIndicator(CreatedCaches caches) {
      return new CacheAsideHealthIndicator(caches);
    }
  }
}
