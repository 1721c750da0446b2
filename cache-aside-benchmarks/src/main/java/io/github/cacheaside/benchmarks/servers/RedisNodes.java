package io.github.cacheaside.benchmarks.servers;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;

/**
 * What the URI of a Redis names: one server, sentinels or nodes of a cluster; each client wants it
 * in another form.
 *
 * @param scheme before {@code ://}
 * @param hosts each {@code host:port}
 * @param name of the primary, for sentinels
 */
public record RedisNodes(String scheme, List<String> hosts, String name) {

  public static RedisNodes of(String uri) {
    String[] parts = uri.split("://", 2);
    String[] rest = parts[1].split("#", 2);
    return new RedisNodes(
        parts[0], List.of(rest[0].split(",", -1)), rest.length > 1 ? rest[1] : "");
  }

  public boolean isCluster() {
    return scheme.equals("redis-cluster");
  }

  public boolean isSentinel() {
    return scheme.equals("redis-sentinel");
  }

  /** One for each host. */
  public List<String> addresses() {
    return hosts.stream().map(host -> "redis://" + host).toList();
  }

  public List<RedisURI> uris(Duration timeout) {
    List<RedisURI> uris = addresses().stream().map(RedisURI::create).toList();
    uris.forEach(uri -> uri.setTimeout(timeout));
    return uris;
  }
}
