package io.github.cacheaside.boot;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The store on the Redis that all of the application uses. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DataRedisConnectionDetails.class)
@Conditional(RedisOfTheApplication.Unless.class)
class RedisOfTheApplication {
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean(CacheStore.class)
  @ConditionalOnBean(DataRedisConnectionDetails.class)
  RedisCacheStore cacheAsideStore(DataRedisConnectionDetails details) {
    return RedisConnections.connect(details);
  }

  /** Not if the cache has one of its own. */
  static final class Unless implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !context.getEnvironment().containsProperty("cache-aside.redis.uri");
    }
  }
}
