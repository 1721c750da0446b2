package io.github.cacheaside.jdbc.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.jdbc.tables.SqlTables;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What texts do: to tables, to the transaction, and to the session. */
class RulesTest {
  private final Rules rules =
      new Rules(
          SqlTables.parsed()
              .withTouched("star", "planet")
              .withView("inner_planet", "planet")
              .withView("other_view", "note"),
          List.of(CacheRule.ofTables(Duration.ofMinutes(1), "planet", "moon", "straße")),
          new Bypasses());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 1 | READ",
        "SELECT name FROM note WHERE id IN (1, (SELECT MAX(id) FROM note)) | READ",
        "SELECT f(id) FROM note | CALL",
        "SELECT \"f\" (id) FROM note | CALL",
        "SELECT audit.count(id) FROM note | CALL",
        "SELECT f(id) FROM planet | CALL cached",
        "SELECT name FROM note FOR UPDATE | CALL",
        "SELECT name FROM note LOCK IN SHARE MODE | CALL",
        "SELECT * FROM note JOIN x.f(1) AS y ON (y.id = note.id) | CALL",
        "WITH x AS (SELECT 1) SELECT nextval('s') FROM x | CALL",
        "SELECT name, f(id) FROM planet, note | CALL",
        "SELECT name FROM planet | READ cached",
        "(SELECT name FROM planet) | READ cached",
        "UPDATE planet SET name = 'x' | WRITE planet",
        "UPDATE note SET name = 'x' | WRITE",
        "UPDATE note SET x = y z w | WRITE",
        "UPDATE planet SET x = y z w | WRITE all",
        "UPDATE straße SET name = 'x' | WRITE strasse",
        "UPDATE \"Planet\" SET name = 'x' | WRITE planet",
        "UPDATE U&\"pl\\0061net\" SET name = 'x' | WRITE all",
        "DELETE FROM star WHERE id = 1 | WRITE planet",
        "DELETE FROM inner_planet WHERE id = 1 | WRITE planet",
        "DELETE FROM other_view WHERE id = 1 | WRITE",
        "TRUNCATE TABLE note | COMMITTING",
        "UPDATE planet SET name = 'it\\'s' | WRITE all",
        "UPDATE planet SET name = 'it\\'; COMMIT; --' | WRITE all session",
        "TRUNCATE TABLE planet | COMMITTING planet",
        "TRUNCATE planet CASCADE | COMMITTING all",
        "CREATE TABLE x (id INT) | COMMITTING all",
        "CREATE TEMP TABLE planet (id INT) | WRITE all session",
        "CREATE LOCAL TEMP TABLE planet (id INT) | WRITE all session",
        "CREATE GLOBAL TEMPORARY TABLE planet (id INT) | WRITE all session",
        "CREATE TABLE pg_temp.planet (id INT) | WRITE all session",
        "CREATE TABLE \"pg_temp\".planet (id INT) | WRITE all session",
        "CREATE TABLE pg_temp_3.planet (id INT) | WRITE all session",
        "SELECT 1 AS id INTO TEMP planet | WRITE all session",
        "SELECT 1 AS id INTO TEMPORARY TABLE planet | WRITE all session",
        "SELECT 1 AS id INTO pg_temp.planet | WRITE all session",
        "SELECT 1 AS id INTO x FROM planet | WRITE all",
        "BEGIN | COMMIT session",
        "START TRANSACTION READ ONLY | COMMIT session",
        "COMMIT | COMMIT session",
        "COMMIT WORK | COMMIT session",
        "COMMIT TRANSACTION | COMMIT session",
        "COMMIT TRANSACTION AND CHAIN | COMMIT session",
        "COMMIT TRANSACTION; | COMMIT session",
        "END | COMMIT session",
        "COMMIT PREPARED 'x' | WRITE all session",
        "COMMIT TRANSACTION x | WRITE all session",
        "ROLLBACK | ROLLBACK session",
        "ROLLBACK TO SAVEPOINT x | READ",
        "ROLLBACK TRANSACTION TO x | READ",
        "ROLLBACK PREPARED 'x' | WRITE all session",
        "ROLLBACK TRANSACTION x | WRITE all session",
        "PREPARE TRANSACTION 'x' | WRITE all session",
        "PREPARE COMMIT x | WRITE all session",
        "XA START 'x' | WRITE all session",
        "XA COMMIT 'x' | WRITE all session",
        "SET AUTOCOMMIT FALSE | COMMIT session",
        "SET @@session.autocommit = 0 | COMMIT session",
        "SET search_path = x | READ session",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE | COMMITTING session",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY | COMMITTING session",
        "SET default_transaction_isolation = 'serializable' | COMMITTING session",
        "SET @@transaction_isolation = 'READ-UNCOMMITTED' | COMMITTING session",
        "SET LOCK_MODE 0 | COMMITTING session",
        "SELECT set_config('transaction_isolation', 'serializable', false) | COMMITTING session",
        "SELECT name FROM planet WHERE name = 'a\\b' | READ",
        "SELECT '\\'; DELETE FROM planet; --' | WRITE all session",
        "SELECT last_updated FROM planet WHERE name = 'a\\b' | READ",
        "SELECT name FROM note WHERE name = 'a\\b' FOR UPDATE; | CALL",
        "UPDATE planet SET name = 'a\\b'; | WRITE all",
        "SHOW TABLES | READ",
        "EXPLAIN SELECT 1 | READ",
        "EXPLAIN ANALYSE UPDATE planet SET x = 1 | WRITE all session",
        "EXPLAIN (ANALYZE) UPDATE planet SET x = 1 | WRITE all session",
        "DESC ANALYZE UPDATE planet SET x = 1 | WRITE all session",
        "SET STATEMENT max_statement_time = 5 FOR UPDATE planet SET x = 1 | WRITE all session",
        "SHOW TABLES # ; | WRITE all session",
      })
  void whatATextDoes(String sql, String expected) {
    assertThat(seen(sql)).isEqualTo(expected);
  }

  /** PostgreSQL and H2 end a comment there, MySQL does not; and neither may hide a write. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-- x*INSERT INTO planet SELECT 1 | WRITE planet",
        "-- x*INSERT INTO planet~SELECT 1 | WRITE planet",
        "-- x*DROP TABLE planet~SELECT 1 | COMMITTING all",
        "--INSERT INTO planet SELECT 1~SELECT 1 | READ",
        "SELECT 'it\\'s -- '; DELETE FROM planet;~--done | WRITE all session",
        "WITH a AS (SELECT 'it\\'s -- ') DELETE FROM planet WHERE id = 5~--1 | WRITE all session",
        "SELECT name FROM planet --all~ WHERE id = 1 | READ",
        "SELECT name FROM planet --all~ | READ",
        "-1 --x~ SELECT 1 | WRITE all session",
        "SELECT name FROM planet --1*, moon | READ",
        "SELECT id FROM note --next one~ FOR UPDATE SKIP LOCKED | CALL",
        "SELECT id FROM note --update later~ WHERE id = 1; | READ",
        "--------- header~SELECT id FROM note | READ",
        "SELECT name FROM note --; DELETE FROM planet | WRITE all session",
        "UPDATE note SET x = 1 --the note~ WHERE id = 1 | WRITE",
        "UPDATE planet SET x = 1 --the planet~ WHERE id = 1 | WRITE all",
        "SELECT name FROM planet -- x*~ WHERE id = 1 | READ cached",
      })
  void whatACommentHides(String text, String expected) {
    String sql = text.replace("*~", "\r\n").replace('*', '\r').replace('~', '\n');
    assertThat(seen(sql)).isEqualTo(expected);
  }

  /** As in a batch: what is written before may be committed by a change of the session. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET CACHE_SIZE 1000 | UPDATE planet SET name = 'x' | COMMITTING planet session",
        "UPDATE planet SET name = 'x' | USE other | COMMITTING planet session",
        "SELECT 1 | UPDATE planet SET name = 'x' | WRITE planet",
        "SELECT 1 | CALL p() | WRITE all session",
        "SELECT 1 | SELECT f() | CALL",
        "SELECT f() | SELECT 1 | CALL",
        "SELECT f() | SET x = 1 | CALL session",
        "SELECT f() | UPDATE planet SET id = 1 | WRITE planet",
        "UPDATE planet SET name = 'x' | ROLLBACK | COMMITTING planet session",
      })
  void whatTwoTextsDo(String one, String next, String expected) {
    assertThat(text(rules.see(one).then(rules.see(next)))).isEqualTo(expected);
  }

  private String seen(String sql) {
    return text(rules.see(sql));
  }

  private static String text(Seen seen) {
    Set<String> tables = seen.tables();
    StringBuilder text = new StringBuilder(seen.kind().name());
    if (tables == null) {
      text.append(" all");
    } else {
      new TreeSet<>(tables).forEach(table -> text.append(' ').append(table));
    }
    return text.append(seen.session() ? " session" : "")
        .append(seen.caching() == null ? "" : " cached")
        .toString();
  }
}
