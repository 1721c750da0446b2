package io.github.cacheaside.boot;

import io.github.cacheaside.codec.Jackson3;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.spring.CacheAsideConfiguration;
import io.github.cacheaside.spring.SpringKeys;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Type;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.cache.autoconfigure.CacheManagerCustomizer;
import org.springframework.boot.cache.autoconfigure.CacheManagerCustomizers;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has cache-aside be the cache of an application that says {@code @EnableCaching} and has no {@code
 * CacheManager} of its own. {@code spring.cache.type} of another cache, or {@code
 * cache-aside.enabled=false}, switches it off.
 */
@AutoConfiguration(
    beforeName = "org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration",
    afterName = {
      "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
      "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration"
    })
@ConditionalOnClass({CacheManager.class, CacheAsideCacheManager.class})
@ConditionalOnBean(CacheAspectSupport.class)
@ConditionalOnMissingBean(value = CacheManager.class, name = "cacheResolver")
@Conditional(OnCacheAside.class)
@EnableConfigurationProperties(CacheAsideProperties.class)
@Import({
  RedisOfTheApplication.class,
  RedisOfTheCache.class, // where there is none of the application
  CacheAsideConfiguration.class
})
@ImportRuntimeHints(CacheAsideRuntimeHints.class)
public final class CacheAsideAutoConfiguration {
  private static final String MANAGER = "cacheManager";

  @Bean
  ValueTypes cacheAsideValueTypes(ListableBeanFactory beans) {
    return new ValueTypes(beans, MANAGER);
  }

  @Bean
  CreatedCaches cacheAsideCreatedCaches() {
    return new CreatedCaches();
  }

  @Bean(name = MANAGER)
  CacheAsideCacheManager cacheManager(
      CacheStore store,
      CacheAsideProperties properties,
      ValueTypes types,
      CreatedCaches created,
      ObjectProvider<JsonSerializers> serializers,
      ObjectProvider<SpringKeys> keys,
      ObjectProvider<CacheAsideBuilderCustomizer> builders,
      ObjectProvider<CacheManagerCustomizer<?>> managers,
      ObjectProvider<ObservationRegistry> observations,
      BackgroundThreads threads,
      Environment environment) {
    CacheAsideCacheManager manager =
        new CacheManagerMaker(
                store,
                properties,
                types,
                serializers.getIfAvailable(),
                threads,
                Threading.VIRTUAL.isActive(environment),
                created,
                keys.getIfAvailable(SpringKeys::standard),
                builders.orderedStream().toList(),
                () -> observations.getIfUnique(() -> ObservationRegistry.NOOP),
                new AtomicReference<>())
            .make();
    return new CacheManagerCustomizers(managers.orderedStream().toList()).customize(manager);
  }

  @Bean
  BackgroundThreads cacheAsideBackgroundThreads(Environment environment) {
    return new BackgroundThreads(Threading.VIRTUAL.isActive(environment));
  }

  @Bean
  EarlyCaches cacheAsideEarlyCaches(CacheAsideCacheManager manager, ValueTypes types) {
    return new EarlyCaches(manager, types);
  }

  /** How values of a type become bytes. */
  interface JsonSerializers extends Function<Type, Serializer<?>> {}

  /**
   * JSON by the mapper of the application, or by a mapper with the defaults where it has none, as
   * in a test of a slice.
   */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(JsonMapper.class)
  static class ByJackson3 {
    @Bean
    JsonSerializers cacheAsideSerializers(ObjectProvider<JsonMapper> mappers) {
      JsonMapper mapper = mappers.getIfUnique();
      if (mapper == null) {
        return type -> Jackson3.json(Jackson3.keepingDates(JsonMapper.shared()), type);
      }
      JsonMapper keeping = Jackson3.keepingDates(mapper);
      return type -> Jackson3.json(keeping, type);
    }
  }
}
