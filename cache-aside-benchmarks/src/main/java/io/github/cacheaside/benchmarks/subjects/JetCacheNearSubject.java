package io.github.cacheaside.benchmarks.subjects;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.CacheBuilder;
import com.alicp.jetcache.CacheResultCode;
import com.alicp.jetcache.SimpleCacheManager;
import com.alicp.jetcache.anno.CacheConsts;
import com.alicp.jetcache.anno.CacheType;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import com.alicp.jetcache.template.CacheBuilderTemplate;
import com.alicp.jetcache.template.NotifyMonitorInstaller;
import com.alicp.jetcache.template.QuickConfig;
import io.github.cacheaside.benchmarks.servers.Row;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JetCache with two levels, told by a broadcast channel, as its manual has it: {@code
 * CacheType.BOTH}, {@code syncLocal} and {@code broadcastChannel}.
 */
final class JetCacheNearSubject implements Subject {
  private final Environment environment;
  private final RedisClient client;
  private final SimpleCacheManager manager = new SimpleCacheManager();
  private final Cache<Long, Row> cache;

  JetCacheNearSubject(Environment environment, Duration nearTtl) {
    this.environment = environment;
    this.client = RedisClient.create(environment.redis());
    RedisLettuceCacheBuilder<?> remote = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder();
    remote.setRedisClient(client);
    remote.setPubSubConnection(client.connectPubSub(ByteArrayCodec.INSTANCE));
    remote.setKeyConvertor(Object::toString);
    remote.setValueEncoder(new JavaValueEncoder(true));
    remote.setValueDecoder(new JavaValueDecoder(true));
    remote.setKeyPrefix("counter:");
    remote.setBroadcastChannel("counters");
    CaffeineCacheBuilder<?> local = CaffeineCacheBuilder.createCaffeineCacheBuilder();
    local.setKeyConvertor(Object::toString);
    manager.setCacheBuilderTemplate(template(local, remote));
    this.cache =
        manager.getOrCreateCache(
            QuickConfig.newBuilder("near")
                .cacheType(CacheType.BOTH)
                .syncLocal(true)
                .localLimit(10 * NearSubjects.KEYS)
                .localExpire(nearTtl)
                .expire(environment.ttl().get())
                .build());
  }

  /** With what tells other instances; JetCache's own Spring configuration does the same. */
  @SuppressWarnings("unchecked") // generic varargs
  private static CacheBuilderTemplate template(CacheBuilder local, CacheBuilder remote) {
    CacheBuilderTemplate template =
        new CacheBuilderTemplate(
            false,
            Map.of(CacheConsts.DEFAULT_AREA, local),
            Map.of(CacheConsts.DEFAULT_AREA, remote));
    template.getCacheMonitorInstallers().add(new NotifyMonitorInstaller(area -> remote));
    return template;
  }

  @Override
  public long get(long key) {
    return NaiveSubject.version(cache.computeIfAbsent(key, this::load));
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
    if (cache.REMOVE(key).getResultCode() == CacheResultCode.FAIL) {
      throw new IllegalStateException("not removed");
    }
  }

  @Override
  public void close() {
    manager.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
