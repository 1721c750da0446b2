package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages in docs/ are short, and what they quote, link to and list is there. */
final class PagesTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"));
  private static final Path DOCS = ROOT.resolve("docs");

  /** Five minutes at 190 words a minute. */
  private static final int WORDS = 950;

  /** Lists and results, which are looked up and not read. */
  private static final Set<String> NO_CONCEPT =
      Set.of(
          "README.md",
          "api.md",
          "compatibility.md",
          "design.md",
          "rooms.md",
          "measured-coherence.md",
          "measured-failures.md",
          "measured-speed.md",
          "measured-sql.md",
          "options.md",
          "sql-types.md",
          "wire-format.md");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*).*?\n(.*?)^```$");
  private static final Pattern FIGURES = Pattern.compile("(?s)<!-- figures: .*?<!-- end -->");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern RIDDLES =
      Pattern.compile("(?i)\\b(nobody|somebody|anybody|whoever|anew)\\b");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(DOCS)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
    }
  }

  static Stream<Path> pagesAndOthers() throws IOException {
    return Stream.concat(
        pages(),
        Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
            .map(ROOT::resolve));
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

  private static List<String> testSources() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(m -> Files.isDirectory(m.resolve("src/test"))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src/test/java"))) {
          files
              .filter(file -> file.toString().endsWith(".java"))
              .forEach(file -> sources.add(withoutSpace(text(file))));
        }
      }
    }
    return sources;
  }

  /** What is between empty lines is quoted as it is, but for white space. */
  @ParameterizedTest
  @MethodSource("pages")
  void codeIsThatOfATest(Path page) throws IOException {
    List<String> sources = testSources();
    Matcher block = BLOCK.matcher(text(page));
    while (block.find()) {
      if (block.group(1).equals("java")) {
        for (String part : block.group(2).split("\n\n", -1)) {
          String code = withoutSpace(part);
          assertThat(sources.stream().anyMatch(source -> source.contains(code)))
              .as("quoted from a test: " + part)
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aPageIsReadInFiveMinutes(Path page) {
    String prose =
        BLOCK
            .matcher(FIGURES.matcher(text(page)).replaceAll(""))
            .replaceAll("")
            .lines()
            .filter(line -> !line.startsWith("|"))
            .collect(Collectors.joining(" "));
    assertThat(prose.trim().split("\\s+", -1)).hasSizeLessThanOrEqualTo(WORDS);
  }

  static Stream<Path> concepts() throws IOException {
    return pages().filter(page -> !NO_CONCEPT.contains(page.getFileName().toString()));
  }

  @ParameterizedTest
  @MethodSource("concepts")
  void aConceptHasItsProblem_aPicture_code_andTheQuestionWhetherItIsNeeded(Path page) {
    assertThat(text(page))
        .contains("**The problem.**", "## Do you need this?")
        .containsPattern("```(mermaid|text)\n")
        .containsPattern("```(java|xml)\n");
  }

  @Test
  void everyPageIsOnTheMap() throws IOException {
    Set<String> linked =
        LINK.matcher(text(DOCS.resolve("README.md")))
            .results()
            .map(link -> link.group(1))
            .collect(Collectors.toSet());
    assertThat(linked)
        .containsAll(
            pages()
                .map(page -> page.getFileName().toString())
                .filter(name -> !name.equals("README.md"))
                .toList());
  }

  @ParameterizedTest
  @MethodSource("pagesAndOthers")
  void noLinkIsDead(Path page) {
    Matcher link = LINK.matcher(BLOCK.matcher(text(page)).replaceAll(""));
    while (link.find()) {
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
      assertThat(target).exists();
      if (link.group(2) != null && target.toString().endsWith(".md")) {
        assertThat(anchors(target)).as("headings of " + target).contains(link.group(2));
      }
    }
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path page) {
    return HEADING
        .matcher(BLOCK.matcher(text(page)).replaceAll(""))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("\\]\\([^)]*\\)", "").replaceAll("[^\\w\\- ]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** A sentence names its actor: the caller, the thread, the reader, this JVM. */
  @ParameterizedTest
  @MethodSource("pagesAndOthers")
  void actorsAreNamed(Path page) {
    String prose = BLOCK.matcher(FIGURES.matcher(text(page)).replaceAll("")).replaceAll("");
    assertThat(RIDDLES.matcher(prose).results().map(riddle -> riddle.group()).toList()).isEmpty();
  }
}
