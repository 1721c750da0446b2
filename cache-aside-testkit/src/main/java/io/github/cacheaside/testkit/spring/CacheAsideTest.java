package io.github.cacheaside.testkit.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Gives a Spring test a real cache. It stands beside {@code SpringBootTest}, or a slice such as
 * {@code DataJpaTest}.
 *
 * <ul>
 *   <li>{@code cache-aside.redis.uri} and {@code spring.data.redis.url} are those of {@link
 *       io.github.cacheaside.testkit.TestServers#redis()}, whatever the application's own
 *       properties say.
 *   <li>Each application context has a {@code cache-aside.namespace} of its own, so that tests of
 *       several classes and builds do not meet.
 *   <li>The cache is switched on, also where a slice switches caches off.
 *   <li>All caches are emptied before each test, as {@link #emptyCaches} has it.
 *   <li>{@code cache-aside.defaults.store-timeout} is 5 s, unless the application sets it: a busy
 *       machine is no outage.
 * </ul>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface CacheAsideTest {

  /**
   * Whether caches are emptied before each test: those of every {@code CacheManager} bean, and
   * {@code CacheAside} beans that are {@linkplain
   * io.github.cacheaside.CacheAsideBuilder#clearable() clearable}.
   *
   * @return false to leave in them what the test before has put there
   */
  boolean emptyCaches() default true;
}
