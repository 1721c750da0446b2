package io.github.cacheaside.jdbc.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tables statements name, and what is refused because nobody can tell. */
class SqlTablesTest {
  private final SqlTables tables = SqlTables.parsed();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 1 |",
        "SELECT * FROM planet | planet",
        "select * from Planet p where p.id = ? | planet",
        "SELECT * FROM shop.public.planet | planet",
        "SELECT * FROM \"Planet\" | planet",
        "SELECT * FROM \"my \"\"odd\"\".one\" | my \"odd\".one",
        "SELECT * FROM `a b`.`x``y` | x`y",
        "SELECT * FROM a, b c, (d JOIN e ON d.x = e.x) | a b d e",
        "SELECT * FROM a, (b, c) | a b c",
        "SELECT * FROM ONLY planet | planet",
        "SELECT * FROM a NATURAL JOIN b CROSS JOIN c LEFT JOIN d USING (x) | a b c d",
        "SELECT a.*, (b.c).d FROM a | a",
        "TABLE planet | planet",
        "VALUES (1, (SELECT 1 FROM a)) | a",
        "SELECT x FROM a UNION (SELECT y FROM b EXCEPT SELECT z FROM c) ORDER BY 1 | a b c",
        "SELECT (SELECT 1 FROM a) FROM b WHERE x IN (SELECT 1 FROM c) AND EXISTS (SELECT 1 FROM d)"
            + " | a b c d",
        "SELECT CASE WHEN x = ANY (SELECT 1 FROM a) THEN (SELECT 1 FROM b) END FROM c | a b c",
        "SELECT SUM(x) FILTER (WHERE x IN (SELECT 1 FROM a)) OVER (PARTITION BY (SELECT 1 FROM b))"
            + " FROM c | a b c",
        "SELECT GROUP_CONCAT(x ORDER BY (SELECT 1 FROM a) SEPARATOR ',') FROM b | a b",
        "SELECT y[(SELECT 1 FROM a)] FROM b GROUP BY (SELECT 1 FROM c) HAVING (SELECT 1 FROM d) > 1"
            + " ORDER BY (SELECT 1 FROM e) LIMIT (SELECT 1 FROM f) | a b c d e f",
        "SELECT * FROM a, LATERAL (SELECT * FROM b) l | a b",
        "SELECT * FROM generate_series(1, (SELECT MAX(x) FROM a)) | a",
        "SELECT 'SELECT * FROM no' FROM a -- FROM nothing | a",
        "SELECT extract(year from d), trim(both from e), x IS DISTINCT FROM y FROM a | a",
        "WITH c AS (SELECT * FROM a) SELECT * FROM c JOIN b ON b.x = c.x | a b",
        "WITH a AS (SELECT * FROM a) SELECT * FROM a | a",
        "WITH c AS (SELECT 1) SELECT * FROM s.c | c",
        "WITH c AS (SELECT * FROM d), d AS (SELECT 1) SELECT * FROM c, d | d",
        "SELECT * FROM (WITH c AS (SELECT 1) SELECT * FROM c) x, c | c",
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + x FROM t, a) SELECT * FROM t | a",
      })
  void aQueryReads(String sql, String names) {
    assertThat(tables.readBy(sql)).containsExactlyInAnyOrderElementsOf(words(names));
    assertThat(tables.readBy(sql)).containsExactlyInAnyOrderElementsOf(words(names));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSERT INTO s.planet (id) VALUES (1) | planet",
        "INSERT INTO planet SELECT * FROM moon ON CONFLICT DO NOTHING | planet",
        "INSERT INTO planet VALUES (1) ON DUPLICATE KEY UPDATE x = 2 | planet",
        "INSERT IGNORE INTO planet VALUES (1) | planet",
        "REPLACE INTO planet VALUES (1) | planet",
        "UPDATE planet p SET x = 1 WHERE p.id = ? | planet",
        "UPDATE a JOIN b ON a.x = b.x SET a.y = 1, b.y = 2 | a b",
        "DELETE FROM planet | planet",
        "DELETE a, b FROM a JOIN b ON a.x = b.x | a b",
        "TRUNCATE TABLE a | a",
        "TRUNCATE a, b | a b",
        "MERGE INTO planet p USING moon m ON p.id = m.id WHEN MATCHED THEN UPDATE SET x = 1"
            + " | planet",
      })
  void aStatementWrites(String sql, String names) {
    assertThat(tables.writtenBy(sql)).containsExactlyInAnyOrderElementsOf(words(names));
  }

  private static List<String> words(String names) {
    return names == null ? List.of() : Arrays.asList(names.split(" (?!\")", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM",
        "SELEC * FROM planet",
        "SELECT * FROM a; DELETE FROM b",
        "SELECT * FROM a WHERE x = 'it\\'s'",
        "SELECT * FROM (TABLE a) x",
        "SELECT * FROM TABLE(f()) x",
        "SELECT * FROM a FOR UPDATE",
        "SELECT * INTO b FROM a",
        "WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d",
        "EXPLAIN SELECT * FROM a",
        "SHOW TABLES",
        "UPDATE a SET x = 1",
      })
  void whatNobodyCanTell_isRefused(String sql) {
    assertThatThrownBy(() -> tables.readBy(sql)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM a",
        "CALL f()",
        "DROP TABLE a",
        "UPDATE a SET x = 1; UPDATE b SET x = 1",
        "WITH d AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM d",
        "TRUNCATE a CASCADE",
      })
  void aWriteThatNobodyCanTell_isRefused(String sql) {
    assertThatThrownBy(() -> tables.writtenBy(sql)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRefusal_namesTheTextWithoutItsLiterals() {
    assertThatThrownBy(() -> tables.readBy("SELECT FROM WHERE iban = 'DE12' AND pin = 1234"))
        .hasMessage(
            "the tables can't be told, since JSqlParser can't parse the statement:"
                + " SELECT FROM WHERE iban = ? AND pin = ?");
    assertThatThrownBy(
            () -> tables.readBy("SELECT FROM t1 WHERE a = 0xDEADBEEF AND b = 1.5e-7 AND c = 0b1_0"))
        .hasMessageEndingWith(": SELECT FROM t1 WHERE a = ? AND b = ?-? AND c = ?");
    assertThatThrownBy(() -> tables.readBy("SELECT * FROM a WHERE x = 'it\\'s secret' AND y = 1"))
        .hasMessageContaining("in different ways")
        .hasMessageEndingWith(": SELECT * FROM a WHERE x =…");
    assertThatThrownBy(() -> tables.readBy("SELECT FROM a WHERE x = \"secret\" AND 'a"))
        .hasMessageEndingWith(": SELECT FROM a WHERE x =…");
  }

  @Test
  void views_standForTheirTables_alsoOneWithinAnother() {
    SqlTables some = tables.withView("inner_planet", "planet").withView("all", "inner_planet", "x");

    assertThat(some.readBy("SELECT * FROM \"ALL\"")).containsExactlyInAnyOrder("planet", "x");
    assertThat(some.writtenBy("UPDATE inner_planet SET x = 1")).containsExactly("planet");
    assertThat(some.written(List.of("s.all"))).containsExactlyInAnyOrder("planet", "x");
    assertThat(tables.readBy("SELECT * FROM inner_planet")).containsExactly("inner_planet");
    assertThatThrownBy(() -> some.withView("ALL", "y")).hasMessage("view ALL is given twice");
    assertThatThrownBy(() -> some.withView("y")).hasMessage("no tables given for view y");
  }

  @Test
  void touchedTables_areWrittenWithTheirOwn_butNotRead() {
    SqlTables some = tables.withTouched("star", "planet").withTouched("planet", "moon");

    assertThat(some.writtenBy("DELETE FROM star"))
        .containsExactlyInAnyOrder("star", "planet", "moon");
    assertThat(some.readBy("SELECT * FROM star")).containsExactly("star");
    assertThat(some.written(List.of("planet"))).containsExactlyInAnyOrder("planet", "moon");
  }

  @Test
  void aNameThatPostgreSqlWouldCut_isCut() {
    String longName = "t".repeat(70);

    assertThat(tables.readBy("SELECT * FROM " + longName)).containsExactly("t".repeat(63));
    assertThat(tables.written(List.of("t".repeat(63)))).containsExactly("t".repeat(63));
    assertThatThrownBy(() -> tables.written(List.of(" ")))
        .hasMessage("a table has a name but was \" \"");
  }

  @Test
  void aTextOfAnyLength_endsInTime() {
    String deep = "SELECT " + "(".repeat(3000) + "1" + ")".repeat(3000) + " FROM a";
    String wide = "SELECT * FROM a WHERE x IN (" + "1,".repeat(60_000) + "1)";

    assertThatThrownBy(() -> tables.readBy(deep)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tables.readBy(wide)).hasMessageContaining("100000 characters");
  }
}
