package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.benchmarks.servers.RedisNodes;
import io.github.cacheaside.benchmarks.servers.Row;
import io.lettuce.core.RedisURI;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Spring Data Redis' cache with its default codec and {@code get(key, callable)}, which is
 * {@code @Cacheable(sync = true)}.
 *
 * <p>Both writers run with {@code immediateWrites()}: by default an evict is asynchronous, and a
 * read right after it would be stale without any race.
 */
final class SpringSubject implements Subject {
  private final Environment environment;
  private final LettuceConnectionFactory connections;
  private final Cache cache;

  SpringSubject(Environment environment, boolean locking) {
    this.environment = environment;
    this.connections = factory(environment.redis());
    connections.afterPropertiesSet();
    connections.start();
    this.cache = cache(locking);
  }

  private static LettuceConnectionFactory factory(String redis) {
    RedisNodes nodes = RedisNodes.of(redis);
    if (nodes.isSentinel()) {
      return new LettuceConnectionFactory(
          new RedisSentinelConfiguration(nodes.name(), new HashSet<>(nodes.hosts())));
    }
    RedisURI uri = RedisURI.create(redis);
    return new LettuceConnectionFactory(
        new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
  }

  private Cache cache(boolean locking) {
    RedisCacheWriter writer =
        RedisCacheWriter.create(
            connections,
            options -> {
              options.immediateWrites();
              if (locking) {
                options.enableLocking();
              }
            });
    RedisCacheManager manager =
        RedisCacheManager.builder(writer)
            .cacheDefaults(
                RedisCacheConfiguration.defaultCacheConfig()
                    .entryTtl((key, value) -> environment.ttl().get()))
            .build();
    manager.afterPropertiesSet();
    Cache found = manager.getCache("counter");
    if (found == null) {
      throw new IllegalStateException("Spring made no cache");
    }
    return found;
  }

  @Override
  public long get(long key) {
    @Nullable Row row = cache.get(key, () -> environment.database().read(key));
    return NaiveSubject.version(row);
  }

  @Override
  public long write(long key) throws Exception {
    long version = environment.writes().commit(key);
    environment.writes().untilDone(() -> cache.evict(key));
    return version;
  }

  @Override
  public void close() {
    connections.destroy();
  }
}
