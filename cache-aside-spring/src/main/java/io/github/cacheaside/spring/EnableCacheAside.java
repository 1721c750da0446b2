package io.github.cacheaside.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Has Spring's cache annotations keep what cache-aside promises. Stands beside {@code
 * EnableCaching}, where there is a {@link CacheAsideCacheManager} bean:
 *
 * <pre>{@code
 * @Configuration
 * @EnableCaching
 * @EnableCacheAside
 * class Caches {
 *   @Bean
 *   CacheAsideCacheManager cacheManager(CacheStore store) { … }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>A plain {@code Cacheable} fills only with what was read after its miss, and not if the key
 *       was evicted meanwhile. Concurrent misses of a key call the method once.
 *   <li>Inside a transaction evictions and puts become fences around its commit; reads of what it
 *       has changed bypass the cache. The same is true of {@link io.github.cacheaside.CacheAside}
 *       beans. {@link CacheTransactions} is a bean for code with many keys.
 *   <li>A method that is called to fill the cache runs with the caller's transaction suspended and
 *       without the thread's sessions.
 *   <li>{@link CacheableAll} reads and loads many keys at once.
 *   <li>The log says at start which methods are fenced, and which are not, and why.
 * </ul>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(CacheAsideConfiguration.class)
public @interface EnableCacheAside {}
