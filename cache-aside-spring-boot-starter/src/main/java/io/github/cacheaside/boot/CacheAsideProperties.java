package io.github.cacheaside.boot;

import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.spring.TransactionMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code application.properties} say of caches.
 *
 * @param enabled Whether cache-aside is the cache of the application. By default it is, unless
 *     spring.cache.type names another.
 * @param namespace Keeps applications that share a Redis apart: 1 to 100 of letters, digits and _ .
 *     -
 * @param transactions What becomes of evictions and puts inside a transaction: a fence around the
 *     commit, an eviction after it, or nothing but what would be without one.
 * @param writesWithoutRedis What becomes of a transaction whose fence can't be placed because Redis
 *     is away: it fails, or it is committed, logged, and its keys are evicted as soon as Redis
 *     answers.
 * @param redis Where Redis is, if not where spring.data.redis says.
 * @param defaults What all caches have in common that do not say otherwise.
 * @param caches What single caches are like, by name.
 */
@ConfigurationProperties(value = "cache-aside", ignoreUnknownFields = false)
record CacheAsideProperties(
    @Nullable Boolean enabled,
    @Nullable String namespace,
    @DefaultValue("fenced") TransactionMode transactions,
    @DefaultValue("fail") WritesWithoutRedis writesWithoutRedis,
    @DefaultValue Redis redis,
    @NestedConfigurationProperty @DefaultValue CacheOptions defaults,
    @DefaultValue Map<String, CacheOptions> caches) {

  /** What becomes of a write that can't be fenced. */
  enum WritesWithoutRedis {
    /** It fails before it has begun. */
    FAIL(UnfencedWrites.FAIL),
    /** It goes on, and is told of. */
    LOG(UnfencedWrites.DEGRADE);

    final UnfencedWrites policy;

    WritesWithoutRedis(UnfencedWrites policy) {
      this.policy = policy;
    }
  }

  /**
   * A Redis of the cache's own.
   *
   * @param uri redis://[[user:]password@]host[:port][/db], rediss://… for TLS,
   *     redis-sentinel://…#primary, or redis-cluster://host:port,host:port.
   * @param sslBundle Name of the SSL bundle to use.
   */
  record Redis(@Nullable String uri, @Nullable String sslBundle) {}

  /** What a cache is like, all that is said of it taken together. */
  CacheOptions of(String name) {
    CacheOptions own = caches.get(name);
    return own == null ? defaults : own.over(defaults);
  }

  List<String> names() {
    return List.copyOf(caches.keySet());
  }
}
