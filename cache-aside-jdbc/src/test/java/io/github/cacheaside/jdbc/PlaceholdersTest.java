package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholdersTest {
  @Test
  void lists_getAPlaceholderForEachElement() {
    Placeholders filled =
        Placeholders.of(
            "SELECT '?', a /* ? */ FROM t -- ?\n WHERE id IN (?) AND x ?? 'k' AND b = ? AND c IN (?)",
            Arrays.asList(List.of(1, 2, 3), null, List.of("x")));

    assertThat(filled.sql())
        .isEqualTo(
            "SELECT '?', a /* ? */ FROM t -- ?\n"
                + " WHERE id IN (?, ?, ?) AND x ?? 'k' AND b = ? AND c IN (?)");
    assertThat(filled.values()).containsExactly(1, 2, 3, null, "x");
  }

  @Test
  void names_areReplacedWhereverTheyAre() {
    Placeholders filled =
        Placeholders.named(
            "SELECT a::text, ':b', b[:i] FROM t WHERE a = :a OR b IN (:list) OR c = :a",
            Map.of("a", 7, "list", List.of(1, 2), "i", 3));

    assertThat(filled.sql())
        .isEqualTo("SELECT a::text, ':b', b[?] FROM t WHERE a = ? OR b IN (?, ?) OR c = ?");
    assertThat(filled.values()).containsExactly(3, 7, 1, 2, 7);
  }

  @Test
  void whatDoesNotFit_isRefused() {
    assertThatThrownBy(() -> Placeholders.of("SELECT ? + ?", List.of(List.of(1))))
        .hasMessage("the text has 2 placeholders for 1 parameters");
    assertThatThrownBy(() -> Placeholders.of("WHERE a IN (?)", List.of(List.of())))
        .hasMessage("parameter 1 is a list of 0 elements; it must have 1 to 10000");
    assertThatThrownBy(
            () -> Placeholders.of("WHERE a IN (?)", List.of(Collections.nCopies(10_001, 1))))
        .hasMessageContaining("a list of 10001 elements");
    assertThatThrownBy(() -> Placeholders.of("WHERE a IN (?)", List.of(List.of(List.of(1)))))
        .hasMessage("parameter 1 is a list of lists");
    assertThatThrownBy(() -> Placeholders.named("WHERE a = :a", Map.of("b", 1)))
        .hasMessage("no value for :a in: WHERE a = :a");
    assertThatThrownBy(() -> Placeholders.named("WHERE a = :a", Map.of("a", 1, "b", 1)))
        .hasMessage("no [b] in: WHERE a = :a");
    assertThatThrownBy(() -> Placeholders.named("WHERE a = :a AND b = ?", Map.of("a", 1)))
        .hasMessageContaining("both ? and :name");
  }

  /** MySQL takes a backslash for an escape, and PostgreSQL does not; and so on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'it\\'s ?' FROM t WHERE a IN (?)",
        "SELECT 1 # ?\n WHERE a IN (?)",
        "SELECT $$?$$ WHERE a IN (?)",
        "SELECT /* /* */ ? */ 1 WHERE a IN (?)",
        "SELECT /*! ? */ WHERE a IN (?)"
      })
  void whatDatabasesReadDifferently_isRefused(String sql) {
    assertThatThrownBy(() -> Placeholders.of(sql, List.of(List.of(1), List.of(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which databases read in different ways");
    assertThat(Placeholders.of(sql, List.of(1, 2)).sql()).isEqualTo(sql);
  }
}
