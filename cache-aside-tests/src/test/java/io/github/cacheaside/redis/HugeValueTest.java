package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of 400 MB under three keys, and a JVM with a heap of 256 MB. */
final class HugeValueTest {
  private static final long BYTES = 400_000_000;

  @TempDir private Path directory;

  @Test
  void aValueOfAnySizeCostsItsOwnKeyOnly() throws Exception {
    try (RedisServer server = TestServers.newRedis()) {
      String uri = "redis://" + server.host() + ":" + server.port();
      try (RedisClient client = RedisClient.create(uri);
          StatefulRedisConnection<String, String> redis = client.connect()) {
        for (String key : new String[] {"huge:100", "huge:101", "huge:102"}) {
          redis.sync().set(key, "V\1\0\0");
          redis.sync().setrange(key, BYTES, "x");
        }
      }
      assertThat(run(uri))
          .contains("SINGLE loaded 100 hits again")
          .contains("BULK loaded 101 hits again")
          .contains("PLAIN loaded 102 hits again")
          .contains("HEALED 100 is cached again, 101 is cached again")
          .doesNotContain("OutOfMemoryError", "OutOfDirectMemoryError");
    }
  }

  private String run(String uri) throws Exception {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                HugeValueMain.class.getName(),
                uri)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    System.out.println(Files.readString(log));
    return Files.readString(log);
  }
}
