package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Neither passwords nor values are logged or thrown, whatever goes wrong. */
final class SecretsTest {
  @TempDir private Path directory;

  @Test
  void nothingThatIsLoggedOrThrownNamesASecretOrAValue() throws Exception {
    String output;
    try (RedisServer closed = TestServers.newRedis("requirepass another");
        RedisServer few =
            TestServers.newRedis("user app on >" + SecretsMain.PASSWORD + " ~* -@all +ping");
        RedisServer open = TestServers.newRedis();
        RedisServer renamed =
            TestServers.newRedis(
                "requirepass " + SecretsMain.PASSWORD, "rename-command HELLO OLLEH")) {
      output = run(address(closed), address(few), address(open), address(renamed));
    }
    assertThat(ours(output).filter(SecretsTest::leaks)).isEmpty();
    assertThat(output)
        .contains("FAILED uri redis://app:…@host:port")
        .contains("FAILED a wrong password, invalidate")
        .contains("WRONGPASS")
        .contains("NOAUTH")
        .contains("NOPERM")
        .contains("FAILED too few rights, put")
        .contains("initialization timed out")
        .contains("FAILED keys that can't be read")
        .contains("the credentials for Redis can't be fetched: java.lang.IllegalStateException")
        .contains("PASSED a renamed command")
        .contains("does not let clients track changes, so near caches are off")
        .contains("ERR unknown command")
        .contains("PASSED another type, invalidate")
        .contains("PASSED garbage under a key")
        .contains("PASSED garbage in a hash")
        .contains("FAILED no object for a hash, put")
        .contains("PASSED a serializer that fails")
        .contains("PASSED a TTL that fails")
        .contains("DEBUG io.lettuce.core");
  }

  /** Without what Lettuce logs itself at DEBUG, stack traces included: see docs/security.md. */
  private static Stream<String> ours(String output) {
    List<String> lines = new ArrayList<>();
    boolean lettuce = false;
    for (String line : output.lines().toList()) {
      boolean continues = line.startsWith("\tat ") || line.startsWith("\t...");
      boolean exception = line.startsWith("Caused by: ") || line.startsWith("java.");
      if (!continues && !exception) {
        lettuce = line.contains("] DEBUG io.lettuce.core.");
      }
      if (!lettuce) {
        lines.add(line);
      }
    }
    return lines.stream();
  }

  private static boolean leaks(String line) {
    return line.contains(SecretsMain.PASSWORD) || line.contains(SecretsMain.VALUE);
  }

  private static String address(RedisServer server) {
    return server.host() + ":" + server.port();
  }

  private String run(String... servers) throws Exception {
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
                "-Dorg.slf4j.simpleLogger.log.io.netty=info",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                SecretsMain.class.getName(),
                servers[0],
                servers[1],
                servers[2],
                servers[3])
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
