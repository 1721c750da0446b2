package io.github.cacheaside.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** One run of an example: what it printed and how it ended. */
record Run(int status, String output) {

  static Run of(String example, Map<String, String> environment) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int status = Main.run(example, environment, new PrintStream(printed, true, UTF_8));
    return new Run(status, printed.toString(UTF_8));
  }

  static String tutorial(Map<String, String> environment, Duration ttl) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    try (Servers servers = Servers.open(environment, out)) {
      new Tutorial(servers, out, ttl).run();
    }
    return printed.toString(UTF_8);
  }

  static Map<String, String> environment(RedisServer redis, DatabaseServer database) {
    return Map.of(
        "REDIS_URL", redis.uri(),
        "DB_HOST", database.host(),
        "DB_PORT", String.valueOf(database.port()),
        "DB_USER", database.user(),
        "DB_PASS", database.password(),
        "DB_NAME", database.database());
  }

  static Map<String, String> with(Map<String, String> environment, String name, String value) {
    Map<String, String> changed = new HashMap<>(environment);
    changed.put(name, value);
    return changed;
  }
}
