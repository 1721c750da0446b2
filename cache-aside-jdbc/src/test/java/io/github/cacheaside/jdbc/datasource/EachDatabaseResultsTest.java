package io.github.cacheaside.jdbc.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.jdbc.SqlTypeCase;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type of each database, by every driver, asked for in every way: a miss and a hit answer
 * what the driver answers.
 */
@Tag("long")
@WithServers
class EachDatabaseResultsTest {
  @FunctionalInterface
  private interface Getter {
    Object get(ResultSet result, int column) throws Exception;
  }

  private static final Map<String, Getter> GETTERS = new LinkedHashMap<>();

  static {
    GETTERS.put("getObject", ResultSet::getObject);
    GETTERS.put("getString", ResultSet::getString);
    GETTERS.put("getNString", ResultSet::getNString);
    GETTERS.put("getBoolean", ResultSet::getBoolean);
    GETTERS.put("getByte", ResultSet::getByte);
    GETTERS.put("getShort", ResultSet::getShort);
    GETTERS.put("getInt", ResultSet::getInt);
    GETTERS.put("getLong", ResultSet::getLong);
    GETTERS.put("getFloat", ResultSet::getFloat);
    GETTERS.put("getDouble", ResultSet::getDouble);
    GETTERS.put("getBigDecimal", ResultSet::getBigDecimal);
    GETTERS.put("getBytes", ResultSet::getBytes);
    GETTERS.put("getDate", ResultSet::getDate);
    GETTERS.put("getTime", ResultSet::getTime);
    GETTERS.put("getTimestamp", ResultSet::getTimestamp);
    GETTERS.put("getCharacterStream", ResultSet::getCharacterStream);
    GETTERS.put("getBinaryStream", ResultSet::getBinaryStream);
    GETTERS.put("getClob", ResultSet::getClob);
    GETTERS.put("getBlob", ResultSet::getBlob);
    for (Class<?> type :
        List.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            BigInteger.class,
            byte[].class,
            java.sql.Date.class,
            java.sql.Time.class,
            java.sql.Timestamp.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            Instant.class,
            UUID.class)) {
      GETTERS.put(
          "getObject " + type.getSimpleName(), (result, column) -> result.getObject(column, type));
    }
  }

  private static List<SqlTypeCase> cases(DatabaseProduct product) {
    return switch (product) {
      case MYSQL -> SqlTypeCase.MYSQL;
      case MARIADB -> SqlTypeCase.MARIADB;
      case POSTGRESQL -> SqlTypeCase.POSTGRESQL;
      case H2 -> SqlTypeCase.H2;
    };
  }

  private static void createTables(Door door, DataSource pool) throws SQLException {
    if (door.product() == DatabaseProduct.POSTGRESQL) {
      Databases.execute(
          pool,
          "CREATE EXTENSION citext",
          "CREATE EXTENSION hstore",
          "CREATE TYPE mood AS ENUM ('sad', 'ok')",
          "CREATE TYPE pair AS (a int, b text)",
          "CREATE DOMAIN posint AS int CHECK (value > 0)");
    }
    int table = 0;
    for (SqlTypeCase one : cases(door.product())) {
      String nullable = one.type().contains("serial") ? "bigint" : one.type();
      String columns = " (v " + one.type() + ", n " + nullable + " NULL)";
      Databases.execute(
          pool,
          "CREATE TABLE t" + table + columns.replace("NULL NULL", "NULL"),
          "INSERT INTO t" + table + " (v) VALUES (" + one.literal() + ")");
      table++;
    }
  }

  /** What all getters answer for each row: a value, or that there is none. */
  private static List<Map<String, Object>> answers(DataSource source, String sql)
      throws SQLException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet pooled = statement.executeQuery()) {
      boolean ofThePool = pooled.isWrapperFor(ResultSet.class);
      ResultSet result = ofThePool ? pooled.unwrap(ResultSet.class) : pooled; // see ResultCapture
      while (result.next()) {
        rows.add(answers(result));
      }
      Map<String, Object> answers = rows.get(0);
      ResultSetMetaData metaData = result.getMetaData();
      for (int column = 1; column <= metaData.getColumnCount(); column++) {
        answers.put("label" + column, metaData.getColumnLabel(column));
        answers.put("name" + column, metaData.getColumnName(column));
        answers.put("type" + column, metaData.getColumnType(column));
        answers.put("typeName" + column, metaData.getColumnTypeName(column));
        answers.put("class" + column, metaData.getColumnClassName(column));
        answers.put("precision" + column, metaData.getPrecision(column));
        answers.put("scale" + column, metaData.getScale(column));
        answers.put("nullable" + column, metaData.isNullable(column));
        answers.put("table" + column, metaData.getTableName(column));
        answers.put("signed" + column, metaData.isSigned(column));
      }
    }
    return rows;
  }

  private static Map<String, Object> answers(ResultSet result) {
    Map<String, Object> answers = new LinkedHashMap<>();
    for (Map.Entry<String, Getter> getter : GETTERS.entrySet()) {
      for (int column = 1; column <= 2; column++) {
        Object answer;
        try {
          answer = plain(getter.getValue().get(result, column));
          answers.put(getter.getKey() + column + " null", result.wasNull());
        } catch (Exception | LinkageError e) {
          answer = "thrown";
        }
        answers.put(getter.getKey() + column, answer);
      }
    }
    return answers;
  }

  private static Object plain(Object answer) throws Exception {
    if (answer instanceof Clob clob) {
      return "clob " + clob.getSubString(1, (int) clob.length());
    }
    if (answer instanceof Blob blob) {
      return "blob " + HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
    }
    if (answer instanceof InputStream stream) {
      return stream.readAllBytes();
    }
    if (answer instanceof Reader reader) {
      StringBuilder text = new StringBuilder();
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        text.append((char) c);
      }
      return text.toString();
    }
    return answer instanceof java.sql.Array
            || answer instanceof ResultSet
            || answer instanceof SQLXML
            || (answer instanceof String text && text.startsWith("[B@")) // pgjdbc, of bytes
        ? answer.getClass().getSimpleName()
        : answer;
  }

  static Stream<Door> doors() {
    return Door.all();
  }

  @ParameterizedTest
  @MethodSource("doors")
  void hitsAndMisses_answerWhatTheDriverAnswers(Door door, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("results");
        HikariDataSource pool = door.pool(schema, 1);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      createTables(door, pool);
      CachingDataSource source =
          CachingDataSource.builder(store, pool)
              .name("results-" + UUID.randomUUID())
              .options(cache -> cache.storeTimeout(Duration.ofSeconds(5)))
              .rule(CacheRule.ofHint())
              .build();
      List<String> differences = new ArrayList<>();
      int kept = 0;
      for (int i = 0; i < cases(door.product()).size(); i++) {
        String sql = "SELECT v, n FROM t" + i + " /* cache-aside ttl=1h */";
        String type = cases(door.product()).get(i).type();
        List<Map<String, Object>> expected = answers(pool, sql);
        compare(type + " miss", expected, answers(source, sql), differences);
        long hits = source.stats().hits();
        compare(type + " hit", expected, answers(source, sql), differences);
        kept += (int) (source.stats().hits() - hits);
      }
      assertThat(differences).isEmpty();
      assertThat(kept).as(door + " " + source.bypasses()).isGreaterThan(15);
    }
  }

  /** What one row can be asked for does not tell what another can be. */
  @ParameterizedTest
  @MethodSource("doors")
  void eachRowOfAColumn_answersWhatTheDriverAnswers(Door door, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("mixed");
        HikariDataSource pool = door.pool(schema, 1);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      CachingDataSource source =
          CachingDataSource.builder(store, pool)
              .name("mixed-" + UUID.randomUUID())
              .options(cache -> cache.storeTimeout(Duration.ofSeconds(5)))
              .rule(CacheRule.ofHint())
              .build();
      List<String> differences = new ArrayList<>();
      for (Map.Entry<String, List<String>> column : mixed(door).entrySet()) {
        createMixed(pool, column.getKey(), column.getValue());
        for (String order : List.of("id", "id DESC")) {
          String sql = "SELECT v, n FROM mixed ORDER BY " + order + " /* cache-aside ttl=1h */";
          source.clear();
          answers(pool, sql); // PostgreSQL's driver learns the types by the first execution
          List<Map<String, Object>> expected = answers(pool, sql);
          compare(column.getKey() + " miss", expected, answers(source, sql), differences);
          long hits = source.stats().hits();
          compare(column.getKey() + " hit", expected, answers(source, sql), differences);
          boolean refused = // what the driver has no object for is not cached
              expected.stream().anyMatch(row -> "thrown".equals(row.get("getObject1")));
          assertThat(source.stats().hits())
              .as(column.getKey())
              .isEqualTo(refused ? hits : hits + 1);
        }
      }
      assertThat(differences).isEmpty();
    }
  }

  private static void createMixed(DataSource pool, String type, List<String> literals)
      throws SQLException {
    Databases.execute(
        pool,
        "DROP TABLE IF EXISTS mixed",
        "CREATE TABLE mixed (id INT PRIMARY KEY, v " + type + ", n " + type + " NULL)");
    for (int i = 0; i < literals.size(); i++) {
      Databases.execute(
          pool, "INSERT INTO mixed (id, v) VALUES (" + i + ", " + literals.get(i) + ")");
    }
  }

  /** By type; literals of values that drivers treat in different ways. */
  private static Map<String, List<String>> mixed(Door door) {
    boolean postgresql = door.product() == DatabaseProduct.POSTGRESQL;
    List<String> texts =
        Stream.of(
                "Earth",
                "12",
                "true",
                "Planet 9",
                "-7.5",
                "3000000000",
                "1e3",
                " 12 ",
                "",
                "yes",
                "2024-06-01",
                "12:34:56",
                "2024-06-01 12:34:56",
                "2024-06-01T12:34:56Z",
                "t",
                "N",
                "2024-06-01 12:34:56+02",
                "NaN",
                "-Infinity",
                "0x1F",
                "+5",
                ".5",
                "off",
                "123e4567-e89b-12d3-a456-426614174000",
                "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                "{123e4567-e89b-12d3-a456-426614174000}",
                "24:00:00",
                "1900-02-30",
                "epoch",
                "dead")
            .map(text -> "'" + text + "'")
            .toList();
    Map<String, List<String>> mixed = new LinkedHashMap<>();
    mixed.put("VARCHAR(60)", texts);
    mixed.put("DECIMAL(30, 2)", List.of("0.5", "1", "0", "200", "70000", "3000000000", "1e20"));
    mixed.put(
        postgresql ? "DOUBLE PRECISION" : "DOUBLE", List.of("0.5", "1", "0", "-1e300", "70000"));
    Stream<String> bytes =
        Stream.of("616263", "3132", "", "123e4567e89b12d3a456426614174000", "01", "74727565");
    mixed.put(
        postgresql ? "BYTEA" : "VARBINARY(40)",
        bytes.map(hex -> postgresql ? "decode('" + hex + "', 'hex')" : "X'" + hex + "'").toList());
    List<String> times =
        new ArrayList<>(List.of("'2024-06-01 12:00:00.125'", "'1850-01-01 00:00:00'"));
    if (postgresql) {
      times.add("'infinity'");
      times.add("'4000-01-01 BC'");
    }
    mixed.put(door.isOfMySql() ? "DATETIME(6)" : "TIMESTAMP", times);
    mixed.put(
        "TIME",
        List.of("'12:34:56'", "'00:00:00'", door.isOfMySql() ? "'30:00:00'" : "'23:59:59'"));
    return mixed;
  }

  private static void compare(
      String what,
      List<Map<String, Object>> expected,
      List<Map<String, Object>> actual,
      List<String> differences) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      compare(what + " row " + i, expected.get(i), actual.get(i), differences);
    }
  }

  private static void compare(
      String what,
      Map<String, Object> expected,
      Map<String, Object> actual,
      List<String> differences) {
    expected.forEach(
        (getter, answer) -> {
          Object ours = actual.get(getter);
          boolean weAnswerMore = "thrown".equals(answer);
          boolean charactersOfBytes =
              (actual.get("getObject1") instanceof byte[]
                      || String.valueOf(actual.get("getObject1")).startsWith("blob"))
                  && (getter.startsWith("getCharacterStream1") || getter.startsWith("getClob1"))
                  && "thrown".equals(ours == null ? "thrown" : ours);
          if (!weAnswerMore && !charactersOfBytes && !Objects.deepEquals(answer, ours)) {
            differences.add(
                String.format(
                    "%s %s: %s instead of %s", what, getter, described(ours), described(answer)));
          }
        });
  }

  private static String described(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    Object shown = value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value;
    return value.getClass().getSimpleName() + " " + shown;
  }
}
