package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.benchmarks.servers.RedisNodes;
import io.github.cacheaside.benchmarks.servers.Row;
import org.redisson.Redisson;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.MapCacheOptions;
import org.redisson.config.Config;

/**
 * Redisson's map cache, read-through by its own {@code MapLoader}, which loads a key once; its
 * default codec. Its loader can't give a value a TTL.
 */
final class RedissonSubject implements Subject {
  private final Environment environment;
  private final RedissonClient client;
  private final RMapCache<Long, Row> map;

  RedissonSubject(Environment environment) {
    this.environment = environment;
    Config config = new Config();
    use(config, environment.redis());
    this.client = Redisson.create(config);
    this.map =
        client.getMapCache(
            MapCacheOptions.<Long, Row>name("counter")
                .loader(new RedissonLoader(environment.database())));
  }

  private static void use(Config config, String redis) {
    RedisNodes nodes = RedisNodes.of(redis);
    if (nodes.isSentinel()) {
      config
          .useSentinelServers()
          .setMasterName(nodes.name())
          .addSentinelAddress(nodes.addresses().toArray(String[]::new))
          .setCheckSentinelsList(false);
    } else {
      config.useSingleServer().setAddress(redis);
    }
  }

  @Override
  public long get(long key) {
    return NaiveSubject.version(map.get(key));
  }

  @Override
  public long write(long key) throws Exception {
    long version = environment.writes().commit(key);
    environment.writes().untilDone(() -> map.fastRemove(key));
    return version;
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
