package com.example.consumer;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisCluster;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.nio.file.Path;

/** Uses the library with the versions of other libraries that this project has chosen. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    ClassPath.check(Path.of(System.getProperty("versions")), System.getProperty("column"));
    Links.check();
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore redis = RedisCacheStore.connect(server.uri());
        RedisCacheStore other = RedisCacheStore.connect(server.uri())) {
      new Tour(redis, other).run();
      System.out.println("consumer: one Redis works");
    }
    try (RedisCluster servers = TestServers.newRedisCluster()) {
      String uri = "redis-cluster://" + String.join(",", servers.uris()).replace("redis://", "");
      try (RedisCacheStore redis = RedisCacheStore.connect(uri);
          RedisCacheStore other = RedisCacheStore.connect(uri)) {
        new Tour(redis, other).run();
        System.out.println("consumer: a cluster works");
      }
    }
  }
}
