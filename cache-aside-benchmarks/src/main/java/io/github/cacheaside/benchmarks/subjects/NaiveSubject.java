package io.github.cacheaside.benchmarks.subjects;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cacheaside.benchmarks.servers.RedisNodes;
import io.github.cacheaside.benchmarks.servers.Row;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one writes in ten lines: get, else load and set; delete after the commit. */
public final class NaiveSubject implements Subject {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Environment environment;
  private final AbstractRedisClient client;
  private final RedisClusterCommands<String, String> redis;
  private final ObjectMapper json = new ObjectMapper();

  NaiveSubject(Environment environment) {
    this.environment = environment;
    RedisNodes nodes = RedisNodes.of(environment.redis());
    if (nodes.isCluster()) {
      RedisClusterClient cluster = RedisClusterClient.create(nodes.uris(TIMEOUT));
      this.client = cluster;
      this.redis = cluster.connect().sync();
    } else {
      RedisURI uri = RedisURI.create(environment.redis());
      uri.setTimeout(TIMEOUT);
      RedisClient single = RedisClient.create(uri);
      this.client = single;
      this.redis = single.connect().sync();
    }
  }

  @Override
  public long get(long key) throws Exception {
    String cached = redis.get(name(key));
    if (cached != null) {
      return version(json.readValue(cached, Row.class));
    }
    Row row = environment.database().read(key);
    redis.set(name(key), text(row), SetArgs.Builder.px(environment.ttl().get()));
    return version(row);
  }

  @Override
  public long write(long key) throws Exception {
    long version = environment.writes().commit(key);
    environment.writes().untilDone(() -> redis.del(name(key)));
    return version;
  }

  /** The text "null" stands for a row that does not exist. */
  private String text(@Nullable Row row) throws JsonProcessingException {
    return Objects.requireNonNull(json.writeValueAsString(row));
  }

  public static long version(@Nullable Row row) {
    return row == null ? 0 : row.version();
  }

  private static String name(long key) {
    return "counter:" + key;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
