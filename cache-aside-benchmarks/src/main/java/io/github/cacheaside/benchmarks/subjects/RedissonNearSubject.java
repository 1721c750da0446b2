package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.benchmarks.servers.Row;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.ReconnectionStrategy;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;

/**
 * Redisson's local cached map, read-through, with its default {@code SyncStrategy.INVALIDATE} and
 * codec. With sentinels it reads from the primary, else its replicas would be judged.
 */
final class RedissonNearSubject implements Subject {
  private final Environment environment;
  private final RedissonClient client;
  private final RLocalCachedMap<Long, Row> map;

  private RedissonNearSubject(
      Environment environment, Duration nearTtl, ReconnectionStrategy onReconnect) {
    this.environment = environment;
    this.client = Redisson.create(config(RedisURI.create(environment.redis())));
    this.map =
        client.getLocalCachedMap(
            LocalCachedMapOptions.<Long, Row>name("counter")
                .loader(new RedissonLoader(environment.database()))
                .cacheSize(10 * NearSubjects.KEYS)
                .timeToLive(nearTtl)
                .reconnectionStrategy(onReconnect));
  }

  /** By default nothing is done after a reconnect. */
  static RedissonNearSubject standard(Environment environment, Duration nearTtl) {
    return new RedissonNearSubject(environment, nearTtl, ReconnectionStrategy.NONE);
  }

  /** After a reconnect it forgets what it keeps near. */
  static RedissonNearSubject clearing(Environment environment, Duration nearTtl) {
    return new RedissonNearSubject(environment, nearTtl, ReconnectionStrategy.CLEAR);
  }

  private static Config config(RedisURI uri) {
    Config config = new Config();
    if (uri.getSentinels().isEmpty()) {
      config.useSingleServer().setAddress("redis://" + uri.getHost() + ":" + uri.getPort());
      return config;
    }
    SentinelServersConfig sentinels =
        config
            .useSentinelServers()
            .setMasterName(uri.getSentinelMasterId())
            .setCheckSentinelsList(false) // there is one
            .setReadMode(ReadMode.MASTER);
    uri.getSentinels()
        .forEach(
            each ->
                sentinels.addSentinelAddress("redis://" + each.getHost() + ":" + each.getPort()));
    return config;
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
