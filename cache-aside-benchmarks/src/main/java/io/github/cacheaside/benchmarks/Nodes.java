package io.github.cacheaside.benchmarks;

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
record Nodes(String scheme, List<String> hosts, String name) {

  static Nodes of(String uri) {
    String[] parts = uri.split("://", 2);
    String[] rest = parts[1].split("#", 2);
    return new Nodes(parts[0], List.of(rest[0].split(",", -1)), rest.length > 1 ? rest[1] : "");
  }

  boolean isCluster() {
    return scheme.equals("redis-cluster");
  }

  boolean isSentinel() {
    return scheme.equals("redis-sentinel");
  }

  /** One for each host. */
  List<String> addresses() {
    return hosts.stream().map(host -> "redis://" + host).toList();
  }

  List<RedisURI> uris(Duration timeout) {
    List<RedisURI> uris = addresses().stream().map(RedisURI::create).toList();
    uris.forEach(uri -> uri.setTimeout(timeout));
    return uris;
  }
}
