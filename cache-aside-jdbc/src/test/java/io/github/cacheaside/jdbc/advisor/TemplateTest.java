package io.github.cacheaside.jdbc.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(Template.of(sql, Dialect.UNKNOWN)).isEqualTo(template);
  }

  @Test
  void doubleQuotesHoldNamesOrTexts() {
    String sql = "SELECT \"a\" FROM t # 1";
    assertThat(Template.of(sql, Dialect.POSTGRESQL)).isEqualTo("SELECT \"a\" FROM t # ?");
    assertThat(Template.of(sql, Dialect.STANDARD)).isEqualTo("SELECT \"a\" FROM t # ?");
    assertThat(Template.of(sql, Dialect.H2)).isEqualTo("SELECT \"a\" FROM t ?…");
    assertThat(Template.of(sql, Dialect.MYSQL)).isEqualTo("SELECT ? FROM t");
    assertThat(Template.of(sql, Dialect.UNKNOWN)).isEqualTo("SELECT ? FROM t ?…");
  }

  @Test
  void whatOneDatabaseKnows_isReadThere() {
    assertThat(Template.of("SELECT a[1], v$x, b#>>'{c}' --d\n FROM t", Dialect.POSTGRESQL))
        .isEqualTo("SELECT a[?], v$x, b#>>? FROM t");
    assertThat(Template.of("SELECT {fn NOW()}, a -- b", Dialect.MYSQL))
        .isEqualTo("SELECT {fn NOW()}, a");
    assertThat(Template.of("SELECT identified_at FROM t", Dialect.STANDARD))
        .isEqualTo("SELECT identified_at FROM t");
  }

  /** Each has a word that one of the databases at least takes for a value or a comment. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 // secret",
        "SELECT 1 //'\n, 'secret'",
        "SELECT q'[it's secret]' FROM t",
        "SELECT NQ'{it's secret}' FROM t",
        "SELECT 5--'a\nsecret'",
        "SELECT 1 -- a\rFROM t WHERE b = 'c\nsecret'",
        "SELECT 1 -- a\u2028 'c\nsecret'",
        "SELECT '''it's secret'''",
        "SELECT \"\"\"it\"s secret\"\"\"",
        "SELECT a# it's\n, 'secret'",
        "SELECT 1 # secret",
        "SELECT [it's], 'secret'",
        "SELECT { it's secret } 1",
        "SELECT 1$$it's secret$$",
        "SELECT a$$it's secret$$",
        "SELECT $x$secret$x$",
        "SELECT /*!50000 'a */ secret' */",
        "SELECT /*M!50000 'a */ secret' */",
        "SELECT /* a /* b */ secret */",
        "SELECT `it's secret",
        "CREATE USER joe IDENTIFIED BY secret",
        "ALTER USER joe identified by \"secret\"",
        "SELECT E'it\\'s secret'",
        "SELECT \"secret\"",
        "SELECT 0xsecret, 1secret, 1e5secret, .5secret",
        "SELECT B'secret', x'secret', _utf8'secret', U&'secret'",
        "SELECT 'a' 'secret' /*'*/ \"'\" 'secret'"
      })
  void whatOneDatabaseKnows_isCutElsewhere(String sql) {
    assertThat(Template.of(sql, Dialect.UNKNOWN)).doesNotContain("secret");
  }

  /** What the dialect has for texts, comments and names; the names have no secret in them. */
  private static List<String> pieces(Dialect dialect) {
    List<String> pieces =
        new ArrayList<>(
            List.of(
                "'secret'",
                "''",
                "'it''s secret'",
                "'-- secret'",
                "'/* secret'",
                "'\n# secret'",
                "/* secret */",
                "/* it's a \"secret\" */",
                "-- secret\n",
                "-- it's \"\n",
                "9secret",
                " ",
                ",",
                "(",
                ")",
                "=",
                "-",
                "/",
                "*",
                "1e",
                "a",
                "t.b",
                "?",
                "N",
                "`c`",
                "\n",
                "'\\\\secret'",
                "0x5ec4e7",
                "\r\n",
                "b'1'",
                "$$secret$$",
                "/**/",
                "--\n"));
    switch (dialect) {
      case MYSQL ->
          pieces.addAll(
              List.of("\"secret\"", "\"it's secret\"", "# it's secret\n", "#\"\n", "`it's`"));
      case POSTGRESQL ->
          pieces.addAll(
              List.of("\"a\"", "\"it's\"", "#", "[", "]", "--secret's\n", "$a$it's secret$a$"));
      case H2 -> pieces.addAll(List.of("\"a\"", "\"it's\"", "// it's secret\n", "--secret's\n"));
      case STANDARD ->
          pieces.addAll(
              List.of("\"a\"", "\"it's\"", " q'[it's secret]'", "x#", "v$y", "--secret's\n"));
      case UNKNOWN -> pieces.addAll(List.of("\"secret\"", "#secret\n", "[it's]", "{secret's}"));
    }
    return pieces;
  }

  @ParameterizedTest
  @EnumSource
  void howeverTheyFollowEachOther_noValueComesThrough(Dialect dialect) {
    List<String> pieces = pieces(dialect);
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder sql = new StringBuilder("SELECT ");
      for (int n = random.nextInt(12); n >= 0; n--) {
        String piece = pieces.get(random.nextInt(pieces.size()));
        boolean joins = !piece.isEmpty() && joins(sql.charAt(sql.length() - 1), piece.charAt(0));
        sql.append(joins ? " " : "").append(piece);
      }
      assertThat(Template.of(sql.toString(), dialect)).as("%s", sql).doesNotContain("secret");
    }
  }

  /** What would be another piece in the database, too, if no blank stood between. */
  private static boolean joins(char before, char after) {
    return (before == after && "'\"`".indexOf(after) >= 0)
        || (before == '-' && after == '-')
        || (before == '/' && (after == '/' || after == '*'))
        || (before == '*' && after == '/')
        || (isWord(before) && (isWord(after) || after == '$'));
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  @Test
  void databasesAreKnownByTheirProducts() {
    assertThat(
            Stream.of("MySQL", "MariaDB", "PostgreSQL", "H2", "Oracle", "DB2/LINUXX8664", "SQLite")
                .map(Dialect::of))
        .containsExactly(
            Dialect.MYSQL,
            Dialect.MYSQL,
            Dialect.POSTGRESQL,
            Dialect.H2,
            Dialect.STANDARD,
            Dialect.STANDARD,
            Dialect.UNKNOWN);
  }

  @Test
  void aLongOneIsCut() {
    assertThat(Template.of("SELECT " + "a, ".repeat(1_000), Dialect.UNKNOWN))
        .hasSizeLessThan(510)
        .endsWith("…");
    for (String piece : List.of("\"a\", ", "'b', c ", "\n--\n", "/**/ d", "`", "'")) {
      assertThat(Template.of("SELECT " + piece.repeat(1_001), Dialect.H2)).hasSizeLessThan(510);
    }
  }

  @Test
  void aLongNameIsCut() {
    String name = "a".repeat(100_000);
    for (String quote : List.of("\"", "`", "")) {
      assertThat(Template.of("SELECT " + quote + name + quote + " FROM t", Dialect.H2))
          .hasSizeLessThan(510)
          .endsWith("…");
    }
  }
}
