package io.github.cacheaside.boot;

import io.github.cacheaside.CacheAsideBuilder;

/**
 * Sets what no property can: as a bean, it has the last word on the options of every cache. Several
 * are asked in the order of their {@code @Order}.
 *
 * <pre>{@code
 * @Bean
 * CacheAsideBuilderCustomizer tokens() {
 *   return (name, cache) -> {
 *     if (name.equals("token")) {
 *       cache.ttl(Ttl.from(token -> ((Token) token).remaining()));
 *     }
 *   };
 * }
 * }</pre>
 */
@FunctionalInterface
public interface CacheAsideBuilderCustomizer {
  /**
   * Called once for each cache, before it is built.
   *
   * @param name the cache's name, without a TTL
   * @param cache its options; any method may be called but {@code build}
   */
  void customize(String name, CacheAsideBuilder<Object, Object> cache);
}
