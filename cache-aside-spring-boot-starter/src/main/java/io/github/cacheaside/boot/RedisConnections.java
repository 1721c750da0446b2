package io.github.cacheaside.boot;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.redis.RedisCacheStoreBuilder;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Node;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Sentinel;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails.Standalone;
import org.springframework.boot.ssl.SslBundle;

/** Where Boot says that Redis is: properties, a service connection, Docker Compose. */
final class RedisConnections {
  private RedisConnections() {}

  static RedisCacheStore connect(DataRedisConnectionDetails details) {
    SslBundle bundle = details.getSslBundle();
    RedisCacheStoreBuilder builder = builder(details, bundle != null);
    if (bundle != null) {
      builder.ssl(Tls.options(bundle));
    }
    return builder.connect();
  }

  private static RedisCacheStoreBuilder builder(DataRedisConnectionDetails details, boolean tls) {
    if (details.getCluster() != null) {
      return RedisCacheStore.clusterBuilder(uris(details.getCluster().getNodes(), details, tls));
    }
    if (details.getSentinel() != null) {
      return RedisCacheStore.builder(sentinel(details.getSentinel(), details, tls));
    }
    if (details.getMasterReplica() != null) {
      // all reads must see the last write, so only the first, the primary, is asked
      return RedisCacheStore.builder(
          uris(details.getMasterReplica().getNodes(), details, tls).get(0));
    }
    Standalone one = details.getStandalone();
    if (one == null) {
      throw new InvalidCacheException(
          "the connection details of Redis name neither a server nor a cluster nor sentinels",
          "Set spring.data.redis.host, .url, .sentinel.* or .cluster.nodes, or"
              + " cache-aside.redis.uri.",
          null);
    }
    RedisURI uri = uri(one.getHost(), one.getPort(), details, tls);
    uri.setDatabase(one.getDatabase());
    return RedisCacheStore.builder(uri);
  }

  private static List<RedisURI> uris(
      List<Node> nodes, DataRedisConnectionDetails details, boolean tls) {
    List<RedisURI> uris = new ArrayList<>();
    for (Node node : nodes) {
      uris.add(uri(node.host(), node.port(), details, tls));
    }
    return uris;
  }

  private static RedisURI uri(
      String host, int port, DataRedisConnectionDetails details, boolean tls) {
    RedisURI.Builder uri = RedisURI.builder().withHost(host).withPort(port).withSsl(tls);
    authenticate(uri, details.getUsername(), details.getPassword());
    return uri.build();
  }

  private static void authenticate(
      RedisURI.Builder uri, @Nullable String user, @Nullable String password) {
    if (password != null && user != null) {
      uri.withAuthentication(user, password.toCharArray());
    } else if (password != null) {
      uri.withPassword(password.toCharArray());
    }
  }

  private static RedisURI sentinel(
      Sentinel sentinel, DataRedisConnectionDetails details, boolean tls) {
    RedisURI.Builder uri = RedisURI.builder().withSentinelMasterId(sentinel.getMaster());
    uri.withDatabase(sentinel.getDatabase()).withSsl(tls);
    for (Node node : sentinel.getNodes()) {
      RedisURI.Builder one =
          RedisURI.builder().withHost(node.host()).withPort(node.port()).withSsl(tls);
      authenticate(one, sentinel.getUsername(), sentinel.getPassword());
      uri.withSentinel(one.build());
    }
    authenticate(uri, details.getUsername(), details.getPassword());
    return uri.build();
  }
}
