package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.spring.CacheTransactions;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.github.cacheaside.testkit.WithServers;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

/** A small shop on a real database and a real Redis, with nothing but properties. */
@Tag("long")
@WithServers
final class ApplicationTest {
  private static DatabaseServer database;

  @BeforeAll
  static void table(DatabaseServer server) throws Exception {
    database = server;
    try (var connection = server.dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS boot_item");
      statement.execute("CREATE TABLE boot_item (id BIGINT PRIMARY KEY, price DECIMAL(10, 2))");
      statement.execute("INSERT INTO boot_item VALUES (1, 1.50), (2, 2.50), (3, 3.50)");
    }
  }

  public record Priced(long id, BigDecimal price) {}

  public static class Prices {
    private final AtomicInteger loads = new AtomicInteger();
    private final JdbcClient jdbc;
    private final CacheTransactions caches;

    Prices(JdbcClient jdbc, CacheTransactions caches) {
      this.jdbc = jdbc;
      this.caches = caches;
    }

    public int loads() {
      return loads.get();
    }

    @Cacheable("priced")
    public Priced priced(long id) {
      loads.incrementAndGet();
      return jdbc.sql("SELECT id, price FROM boot_item WHERE id = ?")
          .param(id)
          .query(Priced.class)
          .single();
    }

    @Transactional
    @CacheEvict(cacheNames = "priced", key = "#id")
    public void reprice(long id, BigDecimal price) {
      jdbc.sql("UPDATE boot_item SET price = ? WHERE id = ?").params(price, id).update();
    }

    @Transactional
    public void repriceAll(BigDecimal price, boolean fails) {
      jdbc.sql("UPDATE boot_item SET price = ?").param(price).update();
      caches.invalidate("priced", List.of(1L, 2L, 3L));
      if (fails) {
        throw new IllegalStateException("rolled back");
      }
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableAutoConfiguration(
      exclude = {HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class})
  static class Application {
    @Bean
    Prices prices(JdbcClient jdbc, CacheTransactions caches) {
      return new Prices(jdbc, caches);
    }
  }

  private static ConfigurableApplicationContext start(RedisServer redis, String... more) {
    SpringApplication application =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .logStartupInfo(false)
            .build();
    application.setDefaultProperties(
        Map.of(
            "spring.data.redis.url", redis.uri(),
            "spring.datasource.url", database.jdbcUrl(),
            "spring.datasource.username", database.user(),
            "spring.datasource.password", database.password(),
            "spring.main.banner-mode", "off",
            "cache-aside.namespace", "t" + UUID.randomUUID(),
            "cache-aside.caches.priced.ttl", "30m"));
    return application.run(more);
  }

  @Test
  void hitsEvictionsAndTransactions(RedisServer redis) {
    try (ConfigurableApplicationContext one =
        start(redis, "--cache-aside.defaults.store-timeout=4s")) {
      Prices prices = one.getBean(Prices.class);
      Priced first = prices.priced(1);
      assertThat(prices.priced(1)).isEqualTo(first);
      assertThat(prices.loads()).isEqualTo(1);
      prices.reprice(1, new BigDecimal("9.00"));
      assertThat(prices.priced(1).price()).isEqualByComparingTo("9.00");
      prices.priced(2);
      prices.repriceAll(new BigDecimal("7.00"), false);
      assertThat(prices.priced(1).price()).isEqualByComparingTo("7.00");
      assertThat(prices.priced(2).price()).isEqualByComparingTo("7.00");
      assertThatThrownBy(() -> prices.repriceAll(new BigDecimal("8.00"), true))
          .isInstanceOf(IllegalStateException.class);
      assertThat(prices.priced(1).price()).isEqualByComparingTo("7.00");
      assertThat(one.getBean(CacheAsideCacheManager.class).cacheAside("priced").stats().hits())
          .isPositive();
    }
  }

  @Test
  void withoutRedisItStartsAndAnswersFromTheDatabaseAndIsUp() {
    try (RedisServer redis = TestServers.newRedis()) {
      redis.kill();
      try (ConfigurableApplicationContext application = start(redis)) {
        Prices prices = application.getBean(Prices.class);
        assertThat(prices.priced(3).id()).isEqualTo(3);
        assertThat(prices.priced(3).id()).isEqualTo(3);
        assertThat(prices.loads()).isEqualTo(2);
        Health health =
            Objects.requireNonNull(
                application.getBean("cacheAsideHealthIndicator", HealthIndicator.class).health());
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsKey("ill");
      }
    }
  }
}
