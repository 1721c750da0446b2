package io.github.cacheaside.jdbc.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A template tells statements apart, and holds none of their values. */
class TemplateTest {
  static Stream<Arguments> pairs() {
    return Stream.of(
        Arguments.of("SELECT *  FROM t -- 7\n WHERE a = 'x''y'", "SELECT * FROM t WHERE a = ?"),
        Arguments.of("SELECT 1, 1.5, 0xFF, 1e-7, a1 FROM t2", "SELECT ?, …, a1 FROM t2"),
        Arguments.of("SELECT a FROM t WHERE b IN (1, 2, 3)", "SELECT a FROM t WHERE b IN (?, …)"),
        Arguments.of("SELECT a FROM t WHERE b IN (?,?)", "SELECT a FROM t WHERE b IN (?, …)"),
        Arguments.of("SELECT /* secret 9 */ `a 1` FROM t", "SELECT `a 1` FROM t"),
        Arguments.of("SELECT 'a\\' OR b = 'c'", "SELECT ?…"),
        Arguments.of("SELECT $$x$$", "SELECT ?…"),
        Arguments.of("SELECT 'open", "SELECT ?…"),
        Arguments.of("SELECT /* /* */ 'x' */ 1", "SELECT ?…"),
        Arguments.of("SELECT N'x', X'ff'", "SELECT N?, X?"));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void withoutValues(String sql, String template) {
    assertThat(Template.of(sql, false)).isEqualTo(template);
  }

  @Test
  void doubleQuotesHoldNamesOrTexts() {
    assertThat(Template.of("SELECT \"a\" FROM t # 1", false)).isEqualTo("SELECT \"a\" FROM t # ?");
    assertThat(Template.of("SELECT \"a\" FROM t # 1", true)).isEqualTo("SELECT ? FROM t");
  }

  @Test
  void aLongOneIsCut() {
    assertThat(Template.of("SELECT " + "a, ".repeat(1_000), false))
        .hasSizeLessThan(510)
        .endsWith("…");
  }
}
