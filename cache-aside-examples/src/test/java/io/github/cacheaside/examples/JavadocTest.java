package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Examples in Javadoc are code of tests; and the types that users meet first have one. */
final class JavadocTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"));
  private static final Pattern EXAMPLE =
      Pattern.compile("(?s)<pre>\\{@code\\s*\n(.*?)\n\\s*\\* }</pre>");
  private static final Pattern OVERVIEW = Pattern.compile("(?s)^.*?\n(/\\*\\*.*?\\*/)");
  private static final Set<String> MET_FIRST =
      Set.of(
          "CacheAside",
          "CacheAsideBuilder",
          "CacheLoader",
          "CacheStore",
          "Expiry",
          "JdbcWriter",
          "Read",
          "RedisCacheStore",
          "SqlCache",
          "Ttl");

  private static List<Path> sources(String kind, String... modules) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : modules) {
      try (Stream<Path> files =
          Files.walk(ROOT.resolve("cache-aside-" + module + "/src/" + kind))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static String typeIn(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  @Test
  void everyExampleIsCodeOfATest() throws IOException {
    List<String> tests =
        sources("test", "core", "jdbc", "testkit", "tests", "examples").stream()
            .map(file -> withoutSpace(text(file)))
            .toList();
    for (Path file : sources("main", "core", "jdbc")) {
      EXAMPLE
          .matcher(text(file))
          .results()
          .map(example -> example.group(1).replaceAll("(?m)^\\s*\\* ?", ""))
          .forEach(
              example ->
                  assertThat(tests.stream().anyMatch(t -> t.contains(withoutSpace(example))))
                      .as("code of a test, in " + typeIn(file) + ": " + example)
                      .isTrue());
    }
  }

  @Test
  void theTypesThatUsersMeetFirst_haveAnOverviewWithAnExample() throws IOException {
    assertThat(
            sources("main", "core", "jdbc").stream()
                .filter(file -> MET_FIRST.contains(typeIn(file)))
                .filter(
                    file ->
                        OVERVIEW
                            .matcher(text(file))
                            .results()
                            .limit(1)
                            .anyMatch(overview -> EXAMPLE.matcher(overview.group(1)).find()))
                .map(JavadocTest::typeIn))
        .containsExactlyInAnyOrderElementsOf(MET_FIRST);
  }
}
