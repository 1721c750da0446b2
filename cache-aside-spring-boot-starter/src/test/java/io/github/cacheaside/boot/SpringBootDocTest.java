package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page quotes a test, and names every option, as the editor's completion does. */
final class SpringBootDocTest {
  private static final Path ROOT = Path.of(System.getProperty("cacheaside.basedir", ".."));
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/spring-boot.md"));
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s+", "");
  }

  @Test
  void itsCodeIsThatOfATest() throws IOException {
    String test =
        withoutSpaces(
            Files.readString(
                ROOT.resolve(
                    "cache-aside-spring-boot-starter/src/test/java/io/github/cacheaside/boot/"
                        + "ApplicationTest.java")));
    Matcher code = CODE.matcher(page());
    int blocks = 0;
    while (code.find()) {
      blocks++;
      assertThat(test).contains(withoutSpaces(code.group(1)));
    }
    assertThat(blocks).isEqualTo(3);
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }

  @Test
  void everyOptionIsToldAndCompleted() throws IOException {
    String metadata = metadata();
    for (RecordComponent option : CacheOptions.class.getRecordComponents()) {
      String name = kebab(option.getName());
      if (option.getType().isRecord()) {
        for (RecordComponent part : option.getType().getRecordComponents()) {
          assertThat(page()).contains("." + kebab(part.getName()));
          assertThat(metadata)
              .contains("\"cache-aside.defaults." + name + "." + kebab(part.getName()) + "\"");
        }
      } else {
        assertThat(page()).contains("`" + name + "`");
        assertThat(metadata).contains("\"cache-aside.defaults." + name + "\"");
      }
    }
    assertThat(metadata).contains("How long values are cached");
  }

  private static String metadata() throws IOException {
    String path = "/META-INF/spring-configuration-metadata.json";
    try (InputStream in = SpringBootDocTest.class.getResourceAsStream(path)) {
      assertThat(in).isNotNull();
      return new String(
          java.util.Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
