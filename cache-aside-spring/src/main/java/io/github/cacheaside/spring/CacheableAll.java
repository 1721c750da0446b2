package io.github.cacheaside.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Caches each element of what a method answers for many keys: one read for all of them, and one
 * call of the method for those that are missing.
 *
 * <pre>{@code
 * @CacheableAll("item")
 * Map<Long, Item> findAll(Collection<Long> ids) { … }
 *
 * @CacheableAll(cacheNames = "item", key = "id")
 * List<Item> findAll(List<Long> ids) { … }
 * }</pre>
 *
 * <p>The method has one parameter, the keys: a {@code Collection}, {@code List}, {@code Set} or
 * {@code Iterable}. It is called with those that are not cached, without duplicates, and answers
 * either a map by key, or a list, set or collection of values, each of which tells its key by the
 * property {@link #key}. What it leaves out has no row; that is cached as a null of {@code
 * Cacheable} is. The answer has the order of the keys that the caller gave. The entries are those
 * of {@code @Cacheable("item") Item find(Long id)} and go with its evictions.
 *
 * <p>Fenced, isolated from the caller's transaction, and bypassed for keys that the transaction has
 * changed, as {@link EnableCacheAside} tells. Works through proxies: not for calls within a class.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface CacheableAll {

  /**
   * The name of the cache.
   *
   * @return the name
   */
  String value() default "";

  /**
   * The name of the cache; the same as {@link #value}.
   *
   * @return the name
   */
  String cacheNames() default "";

  /**
   * For methods that answer no map: the property, or record component, of a value that is its key.
   *
   * @return the name of the property
   */
  String key() default "";
}
