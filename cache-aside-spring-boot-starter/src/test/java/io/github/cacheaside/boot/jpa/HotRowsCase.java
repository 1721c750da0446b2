package io.github.cacheaside.boot.jpa;

import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Applications of {@link HotRows}, and their database. */
@WithServers
abstract class HotRowsCase {
  static final List<Long> ROWS = List.of(1L, 2L);

  private static DatabaseServer database;

  @BeforeAll
  static void tables(DatabaseServer server) throws Exception {
    database = server;
    try (var connection = server.dataSource().getConnection();
        var statement = connection.createStatement()) {
      for (String table : List.of("hot_row", "heard_row")) {
        statement.execute("DROP TABLE IF EXISTS " + table);
        statement.execute(
            "CREATE TABLE " + table + " (id BIGINT PRIMARY KEY, version BIGINT NOT NULL)");
        statement.execute("INSERT INTO " + table + " VALUES (1, 0), (2, 0)");
      }
    }
  }

  static Map<String, Object> properties(RedisServer redis, Map<String, Object> more) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("server.port", "0");
    properties.put("spring.data.redis.url", redis.uri());
    properties.put("spring.datasource.url", database.jdbcUrl());
    properties.put("spring.datasource.username", database.user());
    properties.put("spring.datasource.password", database.password());
    properties.put("spring.jpa.hibernate.ddl-auto", "none");
    properties.put("spring.main.banner-mode", "off");
    properties.put("cache-aside.namespace", "t" + UUID.randomUUID());
    properties.put("cache-aside.defaults.store-timeout", "4s");
    properties.putAll(more);
    return properties;
  }

  static ConfigurableApplicationContext start(Map<String, Object> properties) {
    SpringApplication application =
        new SpringApplicationBuilder(HotRows.Application.class).logStartupInfo(false).build();
    application.setDefaultProperties(properties);
    return application.run();
  }

  static ConfigurableApplicationContext start(RedisServer redis, Map<String, Object> more) {
    return start(properties(redis, more));
  }

  static long versionOf(long id) throws Exception {
    try (var connection = database.dataSource().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT version FROM hot_row WHERE id = " + id)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
