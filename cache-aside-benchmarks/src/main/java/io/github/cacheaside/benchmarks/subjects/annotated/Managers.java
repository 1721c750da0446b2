package io.github.cacheaside.benchmarks.subjects.annotated;

import com.alicp.jetcache.CacheBuilder;
import com.alicp.jetcache.anno.CacheConsts;
import com.alicp.jetcache.anno.config.EnableMethodCache;
import com.alicp.jetcache.anno.support.GlobalCacheConfig;
import com.alicp.jetcache.anno.support.JetCacheBaseBeans;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.spring.EnableCacheAside;
import io.github.cacheaside.spring.TransactionMode;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.spring.cache.CacheConfig;
import org.redisson.spring.cache.RedissonSpringCacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.transaction.annotation.EnableTransactionManagement;

/**
 * Cache managers with the defaults of their makers; of the others evictions come after the commit,
 * which is the better order for them.
 */
final class Managers {
  private static final Duration TTL = Duration.ofMinutes(10);

  private Managers() {}

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableCacheAside
  @EnableTransactionManagement
  static class Fenced {}

  @Configuration(proxyBeanMethods = false)
  @EnableCaching(order = 0)
  @EnableTransactionManagement
  static class Plain {}

  @Configuration(proxyBeanMethods = false)
  @EnableMethodCache(basePackages = "io.github.cacheaside.benchmarks", order = 0)
  @Import(JetCacheBaseBeans.class)
  @EnableTransactionManagement
  static class JetCached {}

  static Wiring ours(
      Subject.Environment environment, TransactionMode mode, UnaryOperator<CacheStore> change) {
    RedisCacheStore store = RedisCacheStore.connect(environment.redis());
    return Wiring.of(
        Fenced.class,
        CacheAsideCacheManager.builder(change.apply(store))
            .transactions(mode)
            .cache(
                "counter",
                counter ->
                    counter
                        .type(Row.class)
                        .options(
                            o ->
                                o.ttl(Ttl.from(row -> environment.ttl().get()))
                                    .leaseTime(environment.lease())
                                    .fenceTime(environment.intent())))
            .build(),
        store::close);
  }

  /** Writes are immediate: by default an eviction is not awaited, and its caller reads old rows. */
  static Wiring spring(Subject.Environment environment, boolean locking, boolean aware) {
    RedisURI uri = RedisURI.create(environment.redis());
    LettuceConnectionFactory connections =
        new LettuceConnectionFactory(
            new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
    connections.afterPropertiesSet();
    connections.start();
    RedisCacheWriter writer =
        RedisCacheWriter.create(
            connections,
            options -> {
              options.immediateWrites();
              if (locking) {
                options.enableLocking();
              }
            });
    RedisCacheManager.RedisCacheManagerBuilder builder =
        RedisCacheManager.builder(writer)
            .cacheDefaults(
                RedisCacheConfiguration.defaultCacheConfig()
                    .entryTtl((key, value) -> environment.ttl().get()));
    if (aware) {
      builder.transactionAware();
    }
    RedisCacheManager manager = builder.build();
    manager.afterPropertiesSet();
    return Wiring.of(Plain.class, manager, connections::destroy);
  }

  /** With one TTL for all values; it has no other. */
  static Wiring redisson(Subject.Environment environment) {
    Config config = new Config();
    config.useSingleServer().setAddress(environment.redis());
    RedissonClient client = Redisson.create(config);
    return Wiring.of(
        Plain.class,
        new RedissonSpringCacheManager(
            client, Map.of("counter", new CacheConfig(TTL.toMillis(), 0))),
        client::shutdown);
  }

  /** With one TTL for all values, which its annotation names. */
  static Wiring jetCache(Subject.Environment environment) {
    RedisClient client = RedisClient.create(environment.redis());
    RedisLettuceCacheBuilder<?> remote = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder();
    remote.setRedisClient(client);
    remote.setKeyConvertor(Object::toString);
    remote.setValueEncoder(new JavaValueEncoder(true));
    remote.setValueDecoder(new JavaValueDecoder(true));
    GlobalCacheConfig config = new GlobalCacheConfig();
    config.setLocalCacheBuilders(Map.of());
    config.setRemoteCacheBuilders(Map.<String, CacheBuilder>of(CacheConsts.DEFAULT_AREA, remote));
    config.setStatIntervalMinutes(0);
    return new Wiring(
        JetCached.class,
        context -> context.registerBean(GlobalCacheConfig.class, () -> config),
        JetCacheCounters::new,
        () -> client.shutdown(Duration.ZERO, Duration.ofSeconds(2)));
  }
}
