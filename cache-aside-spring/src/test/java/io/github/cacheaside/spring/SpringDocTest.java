package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;

/** The code in {@code docs/spring.md} is that of tests. */
@WithServers
@SuppressWarnings("NullAway") // Spring's answers may be null; here they are not, or the test fails
class SpringDocTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");
  private static final Type MOONS =
      ResolvableType.forClassWithGenerics(List.class, String.class).getType();

  record Planet(long id, String name) {}

  record Page(int number, int size) {}

  // docs: configuration
  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableCacheAside
  static class Caches {
    @Bean
    CacheAsideCacheManager cacheManager(CacheStore store) {
      return CacheAsideCacheManager.builder(store)
          .defaults(all -> all.ttl(Duration.ofMinutes(30)))
          .cache("planet", planet -> planet.type(Planet.class).options(o -> o.nearCache(1000)))
          .cache("moons", moons -> moons.type(MOONS).ttl(Duration.ofHours(1)))
          .build();
    }
  }

  // docs: end

  @Test
  void theConfigurationOfThePage_works(RedisServer redis) {
    try (RedisCacheStore store = RedisCacheStore.connect(redis.uri());
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.registerBean(CacheStore.class, () -> store, bean -> bean.setDestroyMethodName(""));
      context.register(Caches.class);
      context.refresh();
      assertThat(context.getBean(CacheAsideCacheManager.class).getCacheNames())
          .containsExactly("moons", "planet");
    }
  }

  @Test
  void typesCanBeMadeKnown(RedisServer redis) {
    try (RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      CacheAsideCacheManager manager =
          CacheAsideCacheManager.builder(store)
              .types(name -> String.class)
              // docs: keys
              .keys(
                  SpringKeys.standard().with(Page.class, page -> page.number() + "/" + page.size()))
              // docs: end
              .build();
      manager.cacheAside("page").invalidate(new Page(1, 2));
    }
  }

  @Test
  void theCodeOfThePage_isThatOfTests() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base"));
    List<String> tests;
    try (Stream<Path> files =
        Files.list(root.resolve("cache-aside-spring/src/test/java/io/github/cacheaside/spring"))) {
      tests = files.filter(Files::isRegularFile).map(SpringDocTest::text).toList();
    }
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(root.resolve("docs/spring.md")))
            .results()
            .map(block -> withoutSpace(block.group(1)))
            .toList();
    assertThat(blocks)
        .hasSize(6)
        .allSatisfy(block -> assertThat(tests).anyMatch(test -> test.contains(block)));
  }

  private static String text(Path file) {
    try {
      return withoutSpace(Files.readString(file));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
