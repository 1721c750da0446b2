package io.github.cacheaside.testkit.spring;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Customizes the contexts of tests with {@link CacheAsideTest}; found by {@code spring.factories}.
 */
final class ServersCustomizerFactory implements ContextCustomizerFactory {

  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
    return TestContextAnnotationUtils.hasAnnotation(testClass, CacheAsideTest.class)
        ? new WithRedis()
        : null;
  }

  /** All of these are equal, so that tests share their contexts as they do without one. */
  record WithRedis() implements ContextCustomizer {
    private static final String NAME = "cache-aside-test";

    @Override
    public void customizeContext(
        ConfigurableApplicationContext context, MergedContextConfiguration merged) {
      RedisServer redis = TestServers.redis();
      MutablePropertySources sources = context.getEnvironment().getPropertySources();
      sources.addFirst(
          new MapPropertySource(
              NAME,
              Map.of(
                  "cache-aside.enabled",
                  "true",
                  "cache-aside.redis.uri",
                  redis.uri(),
                  "spring.data.redis.url",
                  redis.uri(),
                  "cache-aside.namespace",
                  "test-" + UUID.randomUUID())));
      sources.addLast(
          new MapPropertySource(
              NAME + "-defaults", Map.of("cache-aside.defaults.store-timeout", "5s")));
    }
  }
}
