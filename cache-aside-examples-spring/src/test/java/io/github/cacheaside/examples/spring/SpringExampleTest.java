package io.github.cacheaside.examples.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("long")
@WithServers
class SpringExampleTest {
  private static final Path MODULE =
      Path.of(System.getProperty("cacheaside.basedir", ".."))
          .resolve("cache-aside-examples-spring");

  @Test
  void showsTheSameLoadOnBothCaches(RedisServer redis, DatabaseServer database) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (DatabaseServer schema = database.createDatabase("spring_example")) {
      new SpringExample(
              AppServers.of(redis.uri(), schema),
              100,
              Duration.ZERO,
              new PrintStream(printed, true, UTF_8))
          .run();
    }
    assertThat(printed.toString(UTF_8))
        .contains("by Spring's Redis cache, 0 s", "by cache-aside, 0 s")
        .contains("cacheAsideHealthIndicator: UP")
        .containsPattern("cache\\.gets.*result,? *=? *'?hit")
        .containsPattern("answers +[1-9]\\d* +[1-9]\\d*\\R")
        .containsPattern("writes +[1-9]\\d* +[1-9]\\d*\\R")
        .containsPattern("queries at the database +[1-9]\\d* +[1-9]\\d*\\R")
        .containsPattern("stale answers +\\d+ +0\\R")
        .containsPattern("stale when all is at rest +\\d+ +0\\R")
        .containsPattern("calls that failed +0 +0\\R");
  }

  /** Beside the annotations of Spring: one TTL, evictions at the commit, meters and health. */
  @Test
  void whatItWritesForTheCache_isSixLines() throws IOException {
    List<String> pom =
        Files.readAllLines(MODULE.resolve("pom.xml")).stream()
            .dropWhile(line -> !line.contains("<!-- what changes the cache"))
            .skip(1)
            .takeWhile(line -> !line.contains("<!-- end"))
            .toList();
    List<String> properties =
        Files.readAllLines(MODULE.resolve("src/main/resources/application.properties")).stream()
            .filter(line -> line.startsWith("cache-aside"))
            .toList();
    assertThat(pom).hasSize(5).anyMatch(line -> line.contains("cache-aside-spring-boot-starter"));
    assertThat(properties).containsExactly("cache-aside.caches.planet.ttl=30m");
    assertThat(pom.size() + properties.size()).isLessThanOrEqualTo(6);
    assertThat(sourcesThatNameTheCache()).isEmpty();
  }

  /** The application, without what runs and compares it. */
  private static List<Path> sourcesThatNameTheCache() throws IOException {
    Path sources = MODULE.resolve("src/main/java/io/github/cacheaside/examples/spring");
    try (Stream<Path> files =
        Stream.of("PlanetShop", "Planets", "Planet", "Films", "Page")
            .map(name -> sources.resolve(name + ".java"))) {
      return files.filter(SpringExampleTest::namesTheCache).toList();
    }
  }

  private static boolean namesTheCache(Path source) {
    try {
      return Files.readAllLines(source).stream()
          .anyMatch(line -> line.startsWith("import io.github.cacheaside"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
