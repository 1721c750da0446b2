package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.redis.RedisCacheStoreBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README.md and docs/ say about code is what the code is. */
final class ReadmeTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"));
  private static final Path README = ROOT.resolve("README.md");
  private static final Path EXAMPLES =
      ROOT.resolve(
          "cache-aside-examples/src/test/java/io/github/cacheaside/examples/"
              + "ReadmeExamplesTest.java");
  private static final Pattern TAG = Pattern.compile("\\s*// (tag|end)::(\\w+)\\[]");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("(?m)^public [a-z ]*(?:class|interface|@interface|record|enum) (\\w+)");

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  /** The blocks between {@code ```java} and {@code ```}, by the number of their first line. */
  private static Map<Integer, String> javaBlocks(List<String> lines) {
    Map<Integer, String> blocks = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals("```java")) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
        blocks.put(i + 2, String.join("\n", lines.subList(i + 1, end)));
        i = end;
      }
    }
    return blocks;
  }

  private static Map<String, String> regions(List<String> lines) {
    Map<String, String> regions = new LinkedHashMap<>();
    List<String> open = new ArrayList<>();
    for (String line : lines) {
      Matcher tag = TAG.matcher(line);
      if (!tag.matches()) {
        open.add(line);
      } else if (tag.group(1).equals("tag")) {
        open.clear();
      } else {
        regions.put(tag.group(2), String.join("\n", open).stripIndent());
      }
    }
    return regions;
  }

  @Test
  void everyJavaBlockIsARegionOfATestThatRuns_andEveryRegionIsQuoted() throws IOException {
    assertThat(javaBlocks(lines(README)).values())
        .as("java blocks of README.md, regions of ReadmeExamplesTest")
        .containsExactlyInAnyOrderElementsOf(regions(lines(EXAMPLES)).values());
  }

  @Test
  void itIsShort_andBeginsWithCode() throws IOException {
    List<String> lines = lines(README);
    assertThat(lines).hasSizeLessThanOrEqualTo(110);
    assertThat(String.join(" ", lines).trim().split("\\s+", -1)).hasSizeLessThanOrEqualTo(900);
    assertThat(javaBlocks(lines).keySet().iterator().next()).isLessThanOrEqualTo(15);
  }

  @Test
  void everyOptionOfTheBuilderIsInTheTableOfOptions() throws IOException {
    List<String> rows =
        lines(ROOT.resolve("docs/options.md")).stream().filter(l -> l.startsWith("| `")).toList();
    assertThat(options(CacheAsideBuilder.class, "build"))
        .contains("ttl")
        .allSatisfy(
            option -> assertThat(rows).anyMatch(row -> row.startsWith("| `" + option + "`")));
  }

  @Test
  void everyOptionOfTheConnectionToo() throws IOException {
    List<String> lines = lines(ROOT.resolve("docs/options.md"));
    List<String> rows =
        lines.subList(lines.indexOf("## Of the connection"), lines.size()).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    assertThat(options(RedisCacheStoreBuilder.class, "connect"))
        .contains("credentials")
        .allSatisfy(
            option -> assertThat(rows).anyMatch(row -> row.startsWith("| `" + option + "`")))
        .hasSameSizeAs(rows);
  }

  /** The public methods of a builder but its last. */
  private static List<String> options(Class<?> builder, String last) {
    return Arrays.stream(builder.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .map(java.lang.reflect.Method::getName)
        .filter(name -> !name.equals(last))
        .distinct()
        .toList();
  }

  @Test
  void everyPublicTypeHasASentence() throws IOException {
    List<String> rows =
        lines(ROOT.resolve("docs/api.md")).stream().filter(l -> l.startsWith("| `")).toList();
    List<String> types = publicTypes();
    assertThat(types)
        .contains("CacheAside", "RedisCacheStore")
        .allSatisfy(type -> assertThat(rows).anyMatch(row -> row.startsWith("| `" + type + "`")));
  }

  /**
   * Packages that are no API, though their types are public, and the module whose rooms they are.
   */
  private static final Map<String, String> ROOMS =
      Map.of("engine", "core", "jdbc.values", "jdbc", "spring.transactions", "spring");

  @Test
  void noOtherModuleUsesTheRoomsOfAModule() throws IOException {
    List<String> users = new ArrayList<>();
    for (Path file : mainSources()) {
      String text = Files.readString(file);
      ROOMS.forEach(
          (room, module) -> {
            boolean uses = text.contains(" io.github.cacheaside." + room + ".");
            if (uses && !file.startsWith(ROOT.resolve("cache-aside-" + module))) {
              users.add(file + " uses " + room);
            }
          });
    }
    assertThat(users).isEmpty();
  }

  /** The architecture test of the core looks at the core's. */
  @Test
  void aRoomKnowsNothingOfThePackageAboveIt() throws IOException {
    List<Path> upwards = new ArrayList<>();
    for (String room : List.of("jdbc.values", "spring.transactions")) {
      String above = "import io.github.cacheaside." + room.substring(0, room.indexOf('.')) + ".";
      Pattern fromAbove = Pattern.compile(Pattern.quote(above) + "[A-Z]");
      String inRoom = "/cacheaside/" + room.replace('.', '/') + "/";
      List<Path> files =
          mainSources().stream().filter(file -> file.toString().contains(inRoom)).toList();
      assertThat(files).as(room).isNotEmpty();
      for (Path file : files) {
        if (fromAbove.matcher(Files.readString(file)).find()) {
          upwards.add(file);
        }
      }
    }
    assertThat(upwards).isEmpty();
  }

  private static List<Path> mainSources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path main : modules.map(module -> module.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(main)) {
          try (Stream<Path> files = Files.walk(main)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static boolean isApi(Path file) {
    String path = file.toString();
    return path.endsWith(".java")
        && ROOMS.keySet().stream()
            .noneMatch(room -> path.contains("/cacheaside/" + room.replace('.', '/') + "/"));
  }

  private static List<String> publicTypes() throws IOException {
    List<String> types = new ArrayList<>();
    for (String module : List.of("core", "jdbc", "spring", "testkit")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve("cache-aside-" + module + "/src/main"))) {
        for (Path file : files.filter(ReadmeTest::isApi).toList()) {
          String text = Files.readString(file);
          Matcher type = PUBLIC_TYPE.matcher(text);
          if (type.find() && !text.contains("@Internal\npublic ")) {
            types.add(type.group(1));
          }
        }
      }
    }
    return types;
  }

  @Test
  void noLinkIsDead() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      Stream.concat(Stream.of(README, ROOT.resolve("CONTRIBUTING.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .forEach(ReadmeTest::assertLinksLeadSomewhere);
    }
  }

  private static void assertLinksLeadSomewhere(Path file) {
    try {
      List<String> targets =
          LINK.matcher(Files.readString(file))
              .results()
              .map(link -> link.group(1))
              .collect(Collectors.toList());
      assertThat(targets)
          .as("links of " + file.getFileName())
          .allSatisfy(target -> assertThat(file.resolveSibling(target)).exists());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
