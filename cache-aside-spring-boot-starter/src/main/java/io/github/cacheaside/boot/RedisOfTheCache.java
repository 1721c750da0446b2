package io.github.cacheaside.boot;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.redis.RedisCacheStoreBuilder;
import io.github.cacheaside.spi.CacheStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store on a Redis of the cache's own, or on the one of this machine. */
@Configuration(proxyBeanMethods = false)
class RedisOfTheCache {
  private static final String HERE = "redis://localhost:6379";

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean(CacheStore.class)
  RedisCacheStore cacheAsideStore(
      CacheAsideProperties properties, ObjectProvider<SslBundles> bundles) {
    String uri = properties.redis().uri();
    String bundle = properties.redis().sslBundle();
    try {
      RedisCacheStoreBuilder builder = RedisCacheStore.builder(uri == null ? HERE : uri);
      if (bundle != null) {
        builder.ssl(Tls.options(bundles.getObject().getBundle(bundle)));
      }
      return builder.connect();
    } catch (IllegalArgumentException e) {
      throw new InvalidCacheException(
          "cache-aside.redis.uri is refused: " + e.getMessage(),
          "Set it to redis://[[user:]password@]host[:port][/db], rediss://… for TLS, or a URI of"
              + " sentinels or a cluster.",
          e);
    }
  }
}
