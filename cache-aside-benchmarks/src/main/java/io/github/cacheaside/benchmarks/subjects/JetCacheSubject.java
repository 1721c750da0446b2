package io.github.cacheaside.benchmarks.subjects;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import io.github.cacheaside.benchmarks.servers.Row;
import io.lettuce.core.RedisClient;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * JetCache with a remote cache over lettuce, its Java codec, cached nulls, and {@code
 * computeIfAbsent}; its stampede switch is on, as its manual advises for hot keys.
 */
final class JetCacheSubject implements Subject {
  private final Environment environment;
  private final RedisClient client;
  private final Cache<Long, Row> cache;

  JetCacheSubject(Environment environment) {
    this.environment = environment;
    this.client = RedisClient.create(environment.redis());
    RedisLettuceCacheBuilder<?> builder = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder();
    builder.setRedisClient(client);
    builder.setKeyConvertor(Object::toString);
    builder.setValueEncoder(new JavaValueEncoder(true));
    builder.setValueDecoder(new JavaValueDecoder(true));
    builder.setKeyPrefix("counter:");
    builder.setCacheNullValue(true);
    builder.setCachePenetrateProtect(true);
    builder.getConfig().setPenetrationProtectTimeout(Duration.ofSeconds(5));
    this.cache = builder.buildCache();
  }

  @Override
  public long get(long key) {
    Duration ttl = environment.ttl().get();
    Row row = cache.computeIfAbsent(key, this::load, true, ttl.toMillis(), TimeUnit.MILLISECONDS);
    return NaiveSubject.version(row);
  }

  private @Nullable Row load(long key) {
    try {
      return environment.database().read(key);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long write(long key) throws Exception {
    long version = environment.writes().commit(key);
    environment.writes().untilDone(() -> remove(key));
    return version;
  }

  /** Unlike {@code remove}, this tells a failure from a key that was not there. */
  private void remove(long key) {
    if (cache.REMOVE(key).getResultCode() == com.alicp.jetcache.CacheResultCode.FAIL) {
      throw new IllegalStateException("not removed");
    }
  }

  @Override
  public void close() {
    cache.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
