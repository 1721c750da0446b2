package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.jdbc.values.SqlValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlQueryTest {
  private static String named(String sql, @Nullable Object... parameters) {
    return SqlKeys.NAMED.encode(SqlQuery.of(sql, parameters));
  }

  private static String text(String sql, @Nullable Object... parameters) {
    return SqlKeys.TEXT.encode(SqlQuery.of(sql, parameters));
  }

  @Test
  void withoutParameters_theKeyIsTheText() {
    assertThat(named("SELECT * FROM planet")).isEqualTo("SELECT * FROM planet");
    assertThat(text("SELECT * FROM planet")).isEqualTo("SELECT * FROM planet");
  }

  @Test
  void parameters_comeFirstWithTheirTypes() {
    assertThat(named("SELECT 1 WHERE ? = ?", 3, null)).isEqualTo("[i:3,n]SELECT 1 WHERE ? = ?");
    assertThat(text("SELECT ?", "Earth")).isEqualTo("[s5:Earth]SELECT ?");
  }

  @Test
  void nullTakesItsPlace() {
    assertThat(named("q", null, "x")).isNotEqualTo(named("q", "x", null));
    assertThat(named("q", (Object) null)).isNotEqualTo(named("q"));
    assertThat(named("q", "null")).isNotEqualTo(named("q", (Object) null));
  }

  @Test
  void everyTypeAndValue_isAnotherKey() {
    List<Object> values =
        List.of(
            1,
            1L,
            (short) 1,
            (byte) 1,
            BigInteger.ONE,
            BigDecimal.ONE,
            new BigDecimal("1.0"),
            1.0,
            1.0f,
            "1",
            "1,n",
            true,
            "true",
            new byte[] {1},
            new byte[] {1, 0},
            LocalDate.of(2024, 1, 31),
            "2024-01-31",
            LocalDateTime.of(2024, 1, 31, 0, 0));
    Set<String> keys = new HashSet<>();
    for (Object value : values) {
      assertThat(keys.add(named("q", value))).as("%s", value.getClass()).isTrue();
    }
  }

  @Test
  void aTextCantPassForParameters() {
    assertThat(named("q", "a,s1:b")).isNotEqualTo(named("q", "a", "b"));
    assertThat(named("q", "a]x")).isNotEqualTo(named("]xq", "a"));
    assertThat(named("[i:3]SELECT ?")).isNotEqualTo(named("SELECT ?", 3));
    assertThat(named("[]q")).isNotEqualTo(named("q"));
  }

  @Test
  void theTextCountsCharacterByCharacter() {
    assertThat(named("SELECT 'a  b'")).isNotEqualTo(named("SELECT 'a b'"));
    assertThat(named("SELECT /*+ hint */ 1")).isNotEqualTo(named("SELECT 1"));
    assertThat(named("SELECT 1 ")).isNotEqualTo(named("SELECT 1"));
    assertThat(named("select 1")).isNotEqualTo(named("SELECT 1"));
  }

  @Test
  void longKeys_areCutAndDigested() {
    String sql = "SELECT '" + "x".repeat(300) + "'";
    String key = named(sql);

    assertThat(key).matches("\\[#[0-9a-f]{64}]SELECT 'x{122}");
    assertThat(named(sql + " ")).isNotEqualTo(key);
    assertThat(named(sql, 1)).isNotEqualTo(key);
    assertThat(text(sql)).isEqualTo(sql);
  }

  @Test
  void digestedKeys_doNotShowParameters() {
    assertThat(named("SELECT ?", "secret".repeat(50)))
        .doesNotContain("secret")
        .endsWith("]SELECT ?");
  }

  @Test
  void digestedKeys_doNotCutACharacterInTwo() {
    assertThat(SqlValues.isUnicode(named("x" + "😀".repeat(150)))).isTrue();
  }

  @Test
  void timestamps_areTheirLocalDateTime() {
    LocalDateTime time = LocalDateTime.of(2024, 1, 31, 1, 2, 3, 4000);

    assertThat(named("q", Timestamp.valueOf(time))).isEqualTo(named("q", time));
    assertThat(named("q", java.sql.Date.valueOf("2024-01-31")))
        .isEqualTo(named("q", LocalDate.of(2024, 1, 31)));
  }

  @Test
  void arrays_areCopied() {
    byte[] bytes = {1};
    SqlQuery query = SqlQuery.of("q", (Object) bytes);
    bytes[0] = 2;

    assertThat((byte[]) query.parameters().get(0)).containsExactly(1);
  }

  @Test
  void unsupportedParameter_isRefusedByPlaceAndClass_withoutItsValue() {
    assertThatThrownBy(() -> SqlQuery.of("q", 1, Map.of("secret", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter 2")
        .hasMessageContaining("Map")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> SqlQuery.of("q", java.net.URI.create("x")))
        .hasMessageContaining("java.net.URI");
    assertThat(SqlQuery.of("q", java.util.Date.from(Instant.EPOCH)))
        .isEqualTo(SqlQuery.of("q", Instant.EPOCH));
    assertThatThrownBy(() -> SqlQuery.of("q", "\ud800")).hasMessageContaining("parameter 1");
  }

  @Test
  void queriesAreEqualByTextAndParameters() {
    assertThat(SqlQuery.of("q", 1, new byte[] {1}))
        .isEqualTo(SqlQuery.of("q", 1, new byte[] {1}))
        .hasSameHashCodeAs(SqlQuery.of("q", 1, new byte[] {1}))
        .isNotEqualTo(SqlQuery.of("q", 1, new byte[] {2}))
        .hasToString("q");
    assertThat(SqlQuery.of("q", 1).parameters()).isEqualTo(Arrays.asList(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        " (select 1)",
        "-- why\nSELECT 1",
        "/* a */ /* b */WITH x AS (SELECT 1) SELECT * FROM x",
        "# why\nSHOW TABLES",
        "VALUES (1)"
      })
  void queries_mayRun(String sql) {
    SqlVerb.requireQuery(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE planet SET name = 'x'",
        "/* SELECT */ DELETE FROM planet",
        "-- SELECT\nINSERT INTO planet VALUES (1)",
        "/*! INSERT INTO planet */ SELECT 1",
        "/*M!100101 INSERT INTO planet */ SELECT 1",
        "CALL p()",
        "/* /* */ SELECT */ DELETE FROM planet",
        "/*SELECT",
        "-- SELECT 1",
        "  "
      })
  void otherStatements_areRefused(String sql) {
    assertThatThrownBy(() -> SqlVerb.requireQuery(sql))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longComments_areReadInNoTime() {
    SqlVerb.requireQuery("/* " + "* / ".repeat(50_000) + "*/ SELECT 1");
    assertThatThrownBy(() -> SqlVerb.requireQuery("/*".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
