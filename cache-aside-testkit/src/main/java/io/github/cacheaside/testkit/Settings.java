package io.github.cacheaside.testkit;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What environment variables and system properties ask for; an empty one counts as unset. */
final class Settings {
  static final String MODE = "cacheaside.servers";
  static final String REDIS_IMAGE = "cacheaside.redis.image";
  static final String MYSQL_IMAGE = "cacheaside.mysql.image";
  static final String DATABASE = "cacheaside.database";
  static final String MYSQL_SERVER = "cacheaside.mysql.server";
  static final String REDIS_SERVER = "cacheaside.redis.server";

  private final Function<String, @Nullable String> environment;
  private final Function<String, @Nullable String> properties;

  Settings(
      Function<String, @Nullable String> environment,
      Function<String, @Nullable String> properties) {
    this.environment = environment;
    this.properties = properties;
  }

  static Settings ofJvm() {
    return new Settings(System::getenv, System::getProperty);
  }

  ServerMode mode() {
    return ServerMode.of(property(MODE).orElse("auto"));
  }

  Optional<String> redisUrl() {
    return variable("REDIS_URL");
  }

  Optional<String> redisExecutable() {
    return property(REDIS_SERVER);
  }

  String redisImage() {
    return property(REDIS_IMAGE).orElse("redis:7.2");
  }

  String mysqlImage() {
    return property(MYSQL_IMAGE).orElse("mysql:8.4");
  }

  /** The database to test with, if one is asked for. */
  Optional<DatabaseProduct> product() {
    return property(DATABASE).map(DatabaseProduct::of);
  }

  Optional<String> mysqlExecutable() {
    return property(MYSQL_SERVER);
  }

  Optional<DatabaseAddress> database() {
    return variable("DB_HOST")
        .map(
            host ->
                new DatabaseAddress(
                    host,
                    port(variable("DB_PORT").orElse("3306")),
                    variable("DB_USER").orElse("admin"),
                    variable("DB_PASS").orElse(""),
                    variable("DB_NAME").orElse("tutorial")));
  }

  private static int port(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalStateException("DB_PORT is not a number: " + text, e);
    }
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
  }

  private Optional<String> property(String name) {
    return Optional.ofNullable(properties.apply(name)).filter(value -> !value.isBlank());
  }
}
