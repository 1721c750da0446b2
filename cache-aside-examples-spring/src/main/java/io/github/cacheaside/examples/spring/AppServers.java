package io.github.cacheaside.examples.spring;

import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.TestServers;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The Redis and the database of the application, as Spring Boot's properties name them.
 *
 * @param redisUrl with its password, so not to be printed
 */
record AppServers(String redisUrl, String jdbcUrl, String user, String password) {

  /**
   * Those that {@code REDIS_URL}, {@code DB_HOST}, {@code DB_PORT}, {@code DB_NAME}, {@code
   * DB_USER} and {@code DB_PASS} name, if the first two are set; else servers of the testkit.
   */
  static AppServers of(Map<String, String> environment) {
    String redis = environment.getOrDefault("REDIS_URL", "");
    String host = environment.getOrDefault("DB_HOST", "");
    if (redis.isBlank() || host.isBlank()) {
      return of(TestServers.redis().uri(), TestServers.database());
    }
    return new AppServers(
        redis,
        jdbcUrl(
            host,
            environment.getOrDefault("DB_PORT", "3306"),
            environment.getOrDefault("DB_NAME", "tutorial")),
        environment.getOrDefault("DB_USER", "admin"),
        environment.getOrDefault("DB_PASS", ""));
  }

  static AppServers of(String redisUrl, DatabaseServer database) {
    return new AppServers(
        redisUrl,
        jdbcUrl(database.host(), String.valueOf(database.port()), database.database()),
        database.user(),
        database.password());
  }

  private static String jdbcUrl(String host, String port, String name) {
    return "jdbc:mariadb://" + host + ":" + port + "/" + name + "?allowPublicKeyRetrieval=true";
  }

  /** As properties of Spring Boot. */
  Map<String, Object> properties() {
    return Map.of(
        "spring.data.redis.url", redisUrl,
        "spring.datasource.url", jdbcUrl,
        "spring.datasource.username", user,
        "spring.datasource.password", password);
  }

  /** The same for another process, whose command line others may read. */
  Map<String, String> environment() {
    return properties().entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> each.getKey().toUpperCase(Locale.ROOT).replace('.', '_'),
                each -> String.valueOf(each.getValue())));
  }

  @Override
  public String toString() {
    return "AppServers"; // it holds passwords
  }
}
