package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.sql.DataSource;

/** What is usually written by hand: {@code GET}, else load and {@code SET}; {@code DEL} after. */
final class NaiveSqlSubject implements RaceSubject {
  private final RedisClient client;
  private final RedisCommands<String, String> redis;
  private final RaceDao dao;
  private final SetArgs expiry;

  NaiveSqlSubject(String redisUri, DataSource pool, Duration ttl) {
    this.client = RedisClient.create(redisUri);
    StatefulRedisConnection<String, String> connection = client.connect();
    this.redis = connection.sync();
    this.dao = new RaceDao(pool);
    this.expiry = SetArgs.Builder.px(ttl);
  }

  @Override
  public long read(int key) throws SQLException {
    String cached = redis.get(one(key));
    if (cached != null) {
      return Long.parseLong(cached);
    }
    long version = dao.read(key);
    redis.set(one(key), Long.toString(version), expiry);
    return version;
  }

  @Override
  public long[] list(int table) throws SQLException {
    String cached = redis.get(all(table));
    if (cached != null) {
      return Arrays.stream(cached.split(",", -1)).mapToLong(Long::parseLong).toArray();
    }
    long[] versions = dao.list(table);
    String text = LongStream.of(versions).mapToObj(Long::toString).collect(Collectors.joining(","));
    redis.set(all(table), text, expiry);
    return versions;
  }

  @Override
  public void write(int key, long version, Way way) throws SQLException {
    dao.write(key, version, way == Way.WRITER ? Way.COMMIT : way);
    redis.del(one(key), all(RaceTables.tableOf(key)));
  }

  private static String one(int key) {
    return "naive:one:" + key;
  }

  private static String all(int table) {
    return "naive:all:" + table;
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
