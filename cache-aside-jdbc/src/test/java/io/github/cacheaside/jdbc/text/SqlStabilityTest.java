package io.github.cacheaside.jdbc.text;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStabilityTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT now()",
        "SELECT a FROM t WHERE at > NOW() - INTERVAL 1 DAY",
        "SELECT CURRENT_TIMESTAMP",
        "SELECT current_date",
        "SELECT * FROM t ORDER BY rand()",
        "SELECT random ()",
        "SELECT pg_catalog.random()",
        "SELECT gen_random_uuid()",
        "SELECT UUID()",
        "SELECT current_user",
        "SELECT CURRENT_USER()",
        "SELECT user()",
        "SELECT LAST_INSERT_ID()",
        "SELECT @x",
        "SELECT @@sql_mode",
        "SELECT a FROM t WHERE id = @id",
        "SELECT nextval('s')",
        "SELECT s.NEXTVAL FROM t",
        "SELECT s.currval FROM t",
        "SELECT NEXT VALUE FOR s FROM t",
        "SELECT PREVIOUS VALUE FOR s FROM t",
        "SELECT CURRENT VALUE FOR s FROM t",
        "SELECT lastval(), currval('s'), setval('s', 1)",
        "SELECT SQL_CALC_FOUND_ROWS a FROM t LIMIT 1",
        "SELECT FOUND_ROWS() FROM t",
        "SELECT ROW_COUNT() FROM t",
        "SELECT CONNECTION_ID() FROM t",
        "SELECT PS_CURRENT_THREAD_ID()",
        "SELECT RELEASE_ALL_LOCKS()",
        "SELECT LOAD_FILE('/x')",
        "SELECT SYSDATE FROM t",
        "SELECT pg_backend_pid() FROM t",
        "SELECT txid_current() FROM t",
        "SELECT txid_current_if_assigned()",
        "SELECT pg_current_xact_id_if_assigned()",
        "SELECT pg_current_snapshot()",
        "SELECT inet_server_addr()",
        "SELECT pg_notify('x', 'y')",
        "SELECT uuid_generate_v1mc()",
        "SELECT setseed(0.5), a FROM t",
        "SELECT age(born) FROM t",
        "SELECT age(greatest(born, died)) FROM t",
        "SELECT a FROM t WHERE at > 'now'::timestamp",
        "SELECT a FROM t WHERE at > DATE 'Today'",
        "SELECT a FROM t WHERE at > TIMESTAMP ' yesterday 10:00'",
        "SELECT TRANSACTION_ID(), MEMORY_FREE(), LOCK_TIMEOUT() FROM t",
        "SELECT CSVREAD('x.csv')",
        "SELECT UNIX_TIMESTAMP()",
        "SELECT current_setting('app.tenant')",
        "SELECT * FROM t TABLESAMPLE BERNOULLI (1)",
        "SELECT a -- now()\n , now()",
        "SELECT 'it''s', now()"
      })
  void whatDependsOnMoreThanTheData_isRefused(String sql) {
    SqlText text = SqlText.of(sql);
    SqlStability.requireReading(text);
    assertThatThrownBy(() -> SqlStability.requireStable(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depends on the clock, chance or the session");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM t FOR UPDATE",
        "SELECT * FROM t for share",
        "SELECT * FROM t FOR NO KEY UPDATE",
        "SELECT * FROM t FOR KEY SHARE",
        "SELECT * FROM t LOCK IN SHARE MODE",
        "SELECT a INTO OUTFILE '/tmp/x' FROM t",
        "SELECT a INTO other FROM t",
        "SELECT a INTO @x FROM t",
        "WITH d AS (DELETE FROM t RETURNING id) SELECT * FROM d",
        "WITH d AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM d",
        "WITH d AS (UPDATE t SET a = 1 RETURNING id) SELECT * FROM d",
        "SELECT 1; DELETE FROM t"
      })
  void whatChangesOrLocks_isRefused(String sql) {
    SqlText text = SqlText.of(sql);
    assertThatThrownBy(() -> SqlStability.requireReading(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'now()', \"current_user\", `rand()` FROM t",
        "SELECT t.current_date, t.user, t.now FROM t",
        "SELECT user, now, rand, schema, database FROM t",
        "SELECT t.value, next, current FROM t FOR SYSTEM_TIME ALL",
        "SELECT age, age(died, born), age(died, least(a, b)) FROM t",
        "SELECT a FROM t WHERE b = 'nowhere' OR b = 'it is now'",
        "SELECT nextval, currval, sequence FROM t",
        "SELECT a FROM t WHERE tags @> ARRAY['x'] AND tags <@ARRAY['x']",
        "SELECT a FROM t WHERE doc @@ to_tsquery('x')",
        "SELECT a /* now() */ FROM t -- rand()",
        "SELECT UNIX_TIMESTAMP(at) FROM t",
        "SELECT INSERT('abc', 1, 1, 'x'), (INSERT('abc', 1, 1, 'x'))",
        "SELECT a FROM t;",
        "SELECT substring(a FOR 2) FROM t",
        "SELECT ':x' , a::text, updated_at, for_update FROM t",
        "SELECT * FROM t USE INDEX FOR ORDER BY (i)",
        "SELECT SLEEP(1), VERSION()",
        "SELECT * FROM t WHERE email = 'a@b'"
      })
  void whatOnlyLooksLikeIt_isNot(String sql) {
    SqlText text = SqlText.of(sql);
    assertThatCode(
            () -> {
              SqlStability.requireReading(text);
              SqlStability.requireStable(text);
            })
        .doesNotThrowAnyException();
  }
}
