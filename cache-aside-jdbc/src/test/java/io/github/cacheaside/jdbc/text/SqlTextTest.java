package io.github.cacheaside.jdbc.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a --1",
        "SELECT a --now()\n FROM t",
        "SELECT a -- x\r, now()",
        "SELECT a -- x\r, now()\n FROM t",
        "SELECT a -- x\r\r\n FROM t",
        "SELECT a --\u00a0x\n FROM t",
        "SELECT a // now()\n FROM t",
        "SELECT a /*! , now() */ FROM t",
        "SELECT a /*M! , now() */ FROM t",
        "SELECT a /*M!100100 , now() */ FROM t",
        "SELECT a /* /* */ , now() */ FROM t",
        "SELECT a # , now()\n FROM t",
        "SELECT $$now()$$",
        "SELECT 'a\\', now(), '",
        "SELECT 'a"
      })
  void whatDatabasesReadInDifferentWays(String sql) {
    assertThat(SqlText.of(sql).isAmbiguous()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a -- 1",
        "SELECT a --\t1\n FROM t",
        "SELECT a --\n FROM t",
        "SELECT a --\r\n FROM t",
        "SELECT a --",
        "SELECT a -- x\r\n FROM t -- y\r\n",
        "SELECT a -- x\r",
        "SELECT a / b / c - - d FROM t",
        "SELECT '--x', \"//\", `a--b` FROM t",
        "SELECT a /* -- x */ FROM t /* // M! */"
      })
  void whatTheyReadAlike(String sql) {
    assertThat(SqlText.of(sql).isAmbiguous()).isFalse();
  }
}
