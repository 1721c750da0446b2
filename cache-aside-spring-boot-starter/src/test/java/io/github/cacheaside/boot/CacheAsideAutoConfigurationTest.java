package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.spring.CacheTransactions;
import io.github.cacheaside.spring.SpringKeys;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.cache.autoconfigure.CacheAutoConfiguration;
import org.springframework.boot.cache.autoconfigure.CacheManagerCustomizer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.domain.PageRequest;

/** When it is the cache, when it steps back, and what it says if it can be neither. */
final class CacheAsideAutoConfigurationTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  CacheAsideAutoConfiguration.class,
                  CacheAsideHealthAutoConfiguration.class,
                  CacheAsideMetricsAutoConfiguration.class,
                  JacksonAutoConfiguration.class,
                  CacheAutoConfiguration.class))
          .withUserConfiguration(Shop.InMemory.class);
  private final ApplicationContextRunner shop =
      runner.withUserConfiguration(Shop.Application.class);

  @Test
  void withEnableCachingItIsTheCache() {
    shop.run(
        context -> {
          assertThat(context).hasSingleBean(CacheManager.class);
          assertThat(context.getBean(CacheManager.class))
              .isInstanceOf(CacheAsideCacheManager.class);
          assertThat(context).hasSingleBean(CacheTransactions.class);
          Shop.Items items = context.getBean(Shop.Items.class);
          Shop.Item item = items.item(1);
          assertThat(items.item(1)).isEqualTo(item);
          assertThat(items.maybe(1)).contains(item);
          assertThat(items.later(2).join()).isEqualTo(items.later(2).join());
          assertThat(items.names("x")).isEqualTo(List.of("x"));
        });
  }

  @Test
  void cachesOfAnnotationsAreThereFromTheStart() {
    shop.run(
        context ->
            assertThat(context.getBean(CacheManager.class).getCacheNames())
                .containsExactly("item", "later", "names"));
  }

  @Test
  void aPageIsAKey_andOtherTypesAreMadeKnownByABean() {
    ApplicationContextRunner parts = shop.withBean(Shop.Parts.class);
    parts.run(
        context -> {
          Shop.Parts bean = context.getBean(Shop.Parts.class);
          assertThatThrownBy(() -> bean.part(new Shop.Sku("a")))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining(Shop.Sku.class.getName())
              .hasMessageContaining("Parts.part");
          for (int i = 0; i < 2; i++) {
            assertThat(bean.parts(PageRequest.of(0, 5))).containsExactly("page 0");
            assertThat(bean.parts(PageRequest.of(1, 5))).containsExactly("page 1");
          }
          assertThat(bean.calls()).isEqualTo(2);
        });
    parts
        .withBean(
            SpringKeys.class, () -> SpringKeys.standard().with(Shop.Sku.class, sku -> sku.code))
        .run(
            context -> {
              Shop.Parts bean = context.getBean(Shop.Parts.class);
              for (int i = 0; i < 2; i++) {
                assertThat(bean.part(new Shop.Sku("a"))).isEqualTo("part a");
                assertThat(bean.part(new Shop.Sku("b"))).isEqualTo("part b");
              }
              assertThat(bean.calls()).isEqualTo(2);
            });
  }

  @Test
  void itStepsBack() {
    runner
        .withUserConfiguration(Shop.WithoutCaching.class)
        .run(context -> assertThat(context).doesNotHaveBean(CacheManager.class));
    shop.withBean(ConcurrentMapCacheManager.class, () -> new ConcurrentMapCacheManager())
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(CacheManager.class)
                    .doesNotHaveBean(CacheAsideCacheManager.class));
    for (String property :
        List.of(
            "spring.cache.type=simple", "spring.cache.type=none", "cache-aside.enabled=false")) {
      shop.withPropertyValues(property)
          .run(
              context ->
                  assertThat(context)
                      .as(property)
                      .hasSingleBean(CacheManager.class)
                      .doesNotHaveBean(CacheAsideCacheManager.class));
    }
  }

  @Test
  void itsOwnSwitchWins() {
    shop.withPropertyValues("spring.cache.type=simple", "cache-aside.enabled=true")
        .run(context -> assertThat(context).hasSingleBean(CacheAsideCacheManager.class));
    shop.withPropertyValues("spring.cache.type=cache-aside")
        .run(context -> assertThat(context).hasSingleBean(CacheAsideCacheManager.class));
  }

  @Test
  void itStartsWithoutWhatIsOptional() {
    for (String missing :
        List.of(
            "org.springframework.boot.data.redis",
            "tools.jackson",
            "io.micrometer.core",
            "org.springframework.boot.health",
            "com.github.benmanes.caffeine")) {
      shop.withClassLoader(new FilteredClassLoader(missing))
          .run(
              context -> {
                assertThat(context).as(missing).hasNotFailed();
                Shop.Items items = context.getBean(Shop.Items.class);
                assertThat(items.item(1)).isEqualTo(items.item(1));
              });
    }
  }

  private static FailureAnalysis analysis(Throwable failure) {
    FailureAnalysis analysis = new InvalidCacheFailureAnalyzer().analyze(failure);
    assertThat(analysis).as(failure.toString()).isNotNull();
    return java.util.Objects.requireNonNull(analysis);
  }

  private void assertRefused(String property, String... parts) {
    shop.withPropertyValues(property, "cache-aside.caches.item.clearable=true")
        .run(
            context -> {
              assertThat(context).as(property).hasFailed();
              FailureAnalysis analysis =
                  analysis(java.util.Objects.requireNonNull(context.getStartupFailure()));
              assertThat(analysis.getDescription() + " " + analysis.getAction()).contains(parts);
            });
  }

  @Test
  void aWrongOptionFailsTheStartWithASentence() {
    assertRefused("cache-aside.caches.item.ttl=0s", "cache-aside.caches.item.ttl", "positive");
    assertRefused("cache-aside.caches.item.jitter=2", "cache-aside.caches.item.jitter", "(0, 1)");
    assertRefused("cache-aside.caches.item.near.ttl=1m", "near.size");
    assertRefused(
        "cache-aside.caches.item.max-payload=1GB", "cache-aside.caches.item.max-payload", "bytes");
    assertRefused("cache-aside.namespace=shop/1", "namespace");
    assertRefused("cache-aside.caches.item.expiry.soft=1h", "\"item\"", "less than the hard one");
    assertRefused("cache-aside.caches.item.type=com.Nothing", "cache-aside.caches.item.type");
    assertRefused("cache-aside.caches.itme.ttl=1m", "\"itme\"", "misspelled");
    assertRefused("cache-aside.defaults.key-prefix=x", "key-prefix", "cache-aside.caches.<name>");
    assertRefused("cache-aside.defaults.lease-time=1h", "cache-aside.caches.item.lease-time");
  }

  @Test
  void anUnknownPropertyFailsTheStart() {
    shop.withPropertyValues("cache-aside.caches.item.tttl=1m")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("cache-aside.caches.item.tttl"));
  }

  @Test
  void methodsThatDisagreeFailTheStartAndAreNamed() {
    runner
        .withUserConfiguration(Shop.Conflict.class)
        .run(
            context -> {
              FailureAnalysis analysis =
                  analysis(java.util.Objects.requireNonNull(context.getStartupFailure()));
              assertThat(analysis.getDescription())
                  .contains(
                      "\"thing\"",
                      Shop.Disagreeing.class.getName()
                          + ".one returns "
                          + Shop.Item.class.getName(),
                      Shop.Disagreeing.class.getName() + ".other returns java.lang.String");
              assertThat(analysis.getAction()).contains("cache-aside.caches.thing.type");
            });
    runner
        .withUserConfiguration(Shop.Conflict.class)
        .withPropertyValues("cache-aside.caches.thing.type=java.lang.String")
        .run(
            context -> {
              Shop.Disagreeing methods = context.getBean(Shop.Disagreeing.class);
              Cache cache = context.getBean(CacheManager.class).getCache("thing");
              assertThat(cache).isNotNull();
              assertThat(methods.other(2)).isEqualTo("2");
              assertThat(cache.get(2L, String.class)).isEqualTo("2");
              assertThat(methods.one(1)).isEqualTo(methods.one(1));
              assertThat(cache.get(1L)).as("not cached").isNull();
            });
  }

  @Test
  void valuesThatNoneCanReadFailTheStart() {
    runner
        .withUserConfiguration(Shop.ThatNoneCanRead.class)
        .run(
            context ->
                assertThat(
                        analysis(java.util.Objects.requireNonNull(context.getStartupFailure()))
                            .getDescription())
                    .contains("\"bad\"", Shop.Unreadable.class.getName(), "@JsonCreator"));
  }

  @Configuration(proxyBeanMethods = false)
  static class Customized {
    final List<String> seen = new CopyOnWriteArrayList<>();

    @Bean
    CacheAsideBuilderCustomizer builders() {
      return (String name, CacheAsideBuilder<Object, Object> cache) -> seen.add(name);
    }

    @Bean
    CacheManagerCustomizer<CacheAsideCacheManager> managers() {
      return manager -> seen.add("manager");
    }
  }

  @Test
  void customizersAreAsked() {
    shop.withUserConfiguration(Customized.class)
        .withPropertyValues("cache-aside.caches.item.ttl=1m")
        .run(
            context ->
                assertThat(context.getBean(Customized.class).seen)
                    .startsWith("item", "manager")
                    .containsOnlyOnce("item", "manager", "later", "names"));
  }

  @Test
  void cachesHaveMetersWhetherTheyAreMadeEarlyOrLate() {
    shop.withBean(MeterRegistry.class, () -> new SimpleMeterRegistry())
        .run(
            context -> {
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              context.getBean(Shop.Items.class).item(1);
              context.getBean(Shop.Items.class).item(1);
              assertThat(hits(meters, "item")).isEqualTo(1);
              CacheManager manager = context.getBean(CacheManager.class);
              assertThat(manager.getCache("item#1h")).isNotNull();
              assertThat(hits(meters, "later")).isZero();
            });
  }

  private static double hits(MeterRegistry meters, String cache) {
    return meters
        .get("cache.gets")
        .tag("cache", cache)
        .tag("result", "hit")
        .functionCounter()
        .count();
  }

  @Test
  void healthIsUpAndNamesNothingThatIsWell() {
    shop.run(
        context -> {
          Health health =
              java.util.Objects.requireNonNull(context.getBean(HealthIndicator.class).health());
          assertThat(health.getStatus()).isEqualTo(Status.UP);
          assertThat(health.getDetails()).containsEntry("caches", 3).doesNotContainKey("ill");
        });
    shop.withPropertyValues("management.health.cacheaside.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
  }

  @Test
  void everyOptionIsTakenAsItIsWritten() {
    shop.withPropertyValues(
            "cache-aside.transactions=after-commit",
            "cache-aside.writes-without-redis=log",
            "cache-aside.defaults.ttl=1h",
            "cache-aside.defaults.jitter=0",
            "cache-aside.defaults.near.size=100",
            "cache-aside.caches.item.ttl=30m",
            "cache-aside.caches.item.jitter=0.2",
            "cache-aside.caches.item.absent-ttl=10s",
            "cache-aside.caches.item.cache-null=true",
            "cache-aside.caches.item.clearable=false",
            "cache-aside.caches.item.key-prefix=i:",
            "cache-aside.caches.item.schema-version=3",
            "cache-aside.caches.item.max-payload=1MB",
            "cache-aside.caches.item.compression=zstd",
            "cache-aside.caches.item.compress-from=1KB",
            "cache-aside.caches.item.store-timeout=2s",
            "cache-aside.caches.item.load-timeout=20s",
            "cache-aside.caches.item.lease-time=3s",
            "cache-aside.caches.item.max-wait=4s",
            "cache-aside.caches.item.hold-off=1s",
            "cache-aside.caches.item.near.ttl=20s",
            "cache-aside.caches.item.near.max-lag=2s",
            "cache-aside.caches.item.expiry.soft=10m",
            "cache-aside.caches.item.expiry.stale-while-revalidate=true",
            "cache-aside.caches.item.expiry.fail-safe=1m",
            "cache-aside.caches.item.expiry.eager=0.8",
            "cache-aside.caches.names.key-version=2",
            "cache-aside.caches.later.near.size=0",
            "cache-aside.caches.later.expiry.sliding=10m",
            "cache-aside.caches.names.expiry.soft=10m",
            "cache-aside.caches.names.expiry.probabilistic=1")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              Shop.Items items = context.getBean(Shop.Items.class);
              Shop.Item item = items.item(1);
              assertThat(items.item(1)).isEqualTo(item);
            });
  }
}
