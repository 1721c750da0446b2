package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.jdbc.Databases.Driver;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Year;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One column of every type, read by every driver, in both formats, through a real Redis. */
@WithServers
class TypesTest {
  private static final UUID ID = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");

  /** A column: its definition, a literal, what a row shows, and what in JSON if that differs. */
  private record Column(String type, String literal, Object value, Object jsonValue) {
    Column(String type, String literal, Object value) {
      this(type, literal, value, value);
    }
  }

  private static List<Column> columns(Driver driver) {
    List<Column> columns = new ArrayList<>(numbers(driver));
    columns.addAll(textAndBytes());
    columns.addAll(times());
    return columns;
  }

  private static List<Column> numbers(Driver driver) {
    // Connector/J has no Short.
    Object small =
        driver.isMariaDb() ? (Object) Short.valueOf((short) -300) : (Object) Integer.valueOf(-300);
    return List.of(
        new Column("TINYINT", "-5", -5, -5L),
        new Column("TINYINT(1)", "1", true),
        new Column("TINYINT(1)", "5", 5, 5L),
        new Column("TINYINT(1)", "-3", -3, -3L),
        new Column("BOOLEAN", "0", false),
        new Column("SMALLINT", "-300", small, -300L),
        new Column("SMALLINT UNSIGNED", "60000", 60000, 60000L),
        new Column("MEDIUMINT", "100000", 100000, 100000L),
        new Column("INT", "-7", -7, -7L),
        new Column("INT UNSIGNED", "4000000000", 4_000_000_000L),
        new Column("INT UNSIGNED", "1", 1L),
        new Column("BIGINT", "-9223372036854775808", Long.MIN_VALUE),
        new Column("BIGINT UNSIGNED", "3", new BigInteger("3"), 3L),
        new Column(
            "BIGINT UNSIGNED", "18446744073709551615", new BigInteger("18446744073709551615")),
        new Column("DECIMAL(20,5)", "1.5", new BigDecimal("1.50000")),
        new Column("DECIMAL(30,0)", "7", new BigDecimal("7")),
        new Column("FLOAT", "1.1", 1.1f, 1.1),
        new Column("DOUBLE", "2.2", 2.2),
        new Column("DOUBLE", "1e300", 1e300),
        new Column("DOUBLE", "-3", -3.0),
        new Column("BIT(1)", "b'1'", true),
        new Column("BIT(8)", "b'10000001'", bytes(0x81)),
        new Column("BIT(20)", "b'1111'", bytes(0, 0, 0x0f)),
        new Column("YEAR", "2024", 2024, 2024L));
  }

  private static List<Column> textAndBytes() {
    return List.of(
        new Column("CHAR(5)", "'ab'", "ab"),
        new Column("VARCHAR(30) CHARACTER SET utf8mb4", "'Grüße 😀 \"x\"'", "Grüße 😀 \"x\""),
        new Column("VARCHAR(30)", "''", ""),
        new Column("TEXT", "'two\\nlines'", "two\nlines"),
        new Column("LONGTEXT", "REPEAT('x', 100000)", "x".repeat(100_000)),
        new Column("BINARY(4)", "x'00ff'", bytes(0, 0xff, 0, 0)),
        new Column("VARBINARY(10)", "x''", bytes()),
        new Column("BLOB", "x'0203'", bytes(2, 3)),
        new Column(
            "LONGBLOB",
            "REPEAT('x', 100000)",
            "x".repeat(100_000).getBytes(StandardCharsets.US_ASCII)),
        new Column("ENUM('a','b')", "'b'", "b"),
        new Column("SET('x','y')", "'x,y'", "x,y"),
        new Column("JSON", "'{\"a\": 1}'", "{\"a\": 1}"));
  }

  private static List<Column> times() {
    return List.of(
        new Column("DATE", "'2024-02-29'", LocalDate.of(2024, 2, 29)),
        new Column("TIME", "'12:34:56'", LocalTime.of(12, 34, 56)),
        new Column("TIME(6)", "'23:59:59.123456'", LocalTime.of(23, 59, 59, 123_456_000)),
        new Column("TIME", "'838:59:59'", Duration.ofSeconds(3_020_399)),
        new Column("TIME(3)", "'-00:00:01.5'", Duration.ofMillis(-1500)),
        new Column("TIME", "'24:00:00'", Duration.ofHours(24)),
        // In the gap of summer time in much of Europe: no java.sql.Timestamp there can say this.
        new Column("DATETIME", "'2024-03-31 02:30:00'", LocalDateTime.of(2024, 3, 31, 2, 30)),
        new Column(
            "DATETIME(6)",
            "'1000-01-01 00:00:00.000001'",
            LocalDateTime.of(1000, 1, 1, 0, 0, 0, 1000)),
        new Column(
            "TIMESTAMP(6) NULL",
            "'2024-01-31 12:00:00.5'",
            LocalDateTime.of(2024, 1, 31, 12, 0, 0, 500_000_000)));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static void createTable(HikariDataSource pool, List<Column> columns) throws Exception {
    List<String> definitions = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      definitions.add("c" + i + " " + columns.get(i).type);
    }
    String literals = columns.stream().map(Column::literal).collect(Collectors.joining(", "));
    Databases.execute(
        pool,
        "DROP TABLE IF EXISTS types",
        "CREATE TABLE types (id INT, " + String.join(", ", definitions) + ")",
        "INSERT INTO types VALUES (1, " + literals + ")",
        "INSERT INTO types (id) VALUES (2)");
  }

  private static void missAndHit(
      SqlCache sql, int id, List<? extends @Nullable Object> expected, List<Column> columns) {
    String query = "SELECT types.* FROM types WHERE id = ?";
    Read<List<Row>> miss = sql.read(query, id);
    Read<List<Row>> hit = sql.read(query, id);

    assertThat(miss.outcome()).isEqualTo(Outcome.LOADED);
    assertThat(hit.outcome()).isEqualTo(Outcome.HIT);
    assertThat(hit.value()).isEqualTo(miss.value());
    for (Read<List<Row>> read : List.of(miss, hit)) {
      Row row = read.toOptional().orElseThrow().get(0);
      for (int i = 0; i < columns.size(); i++) {
        assertThat(row.get("c" + i)).as(columns.get(i).type).isEqualTo(expected.get(i));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryFormat_hitEqualsMiss(Driver driver, DatabaseServer db, RedisServer redis)
      throws Exception {
    List<Column> columns = columns(driver);
    try (HikariDataSource pool = Databases.pool(db, driver, 2);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      createTable(pool, columns);
      SqlCache sql =
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .name("types-" + UUID.randomUUID())
              .build();

      missAndHit(sql, 1, columns.stream().map(Column::value).toList(), columns);
      missAndHit(sql, 2, Collections.nCopies(columns.size(), null), columns);
    }
  }

  @ParameterizedTest
  @EnumSource
  void jsonFormat_hitEqualsMiss(Driver driver, DatabaseServer db, RedisServer redis)
      throws Exception {
    List<Column> columns = columns(driver);
    try (HikariDataSource pool = Databases.pool(db, driver, 2);
        RedisCacheStore redisStore = RedisCacheStore.connect(redis.uri());
        CacheStore store = redisStore.plain()) {
      createTable(pool, columns);
      SqlCache sql =
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .name("types-" + UUID.randomUUID())
              .format(RowFormat.JSON)
              .build();

      missAndHit(sql, 1, columns.stream().map(Column::jsonValue).toList(), columns);
      missAndHit(sql, 2, Collections.nCopies(columns.size(), null), columns);
    }
  }

  @ParameterizedTest
  @EnumSource
  void parameters_reachTheDatabase(Driver driver, DatabaseServer db, RedisServer redis)
      throws Exception {
    // MySQL closes the connection when MariaDB's driver sends it a NULL in the binary protocol.
    assumeThat(driver == Driver.MARIADB_BINARY && db.product() == DatabaseProduct.MYSQL).isFalse();
    try (HikariDataSource pool = Databases.pool(db, driver, 2);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      Databases.execute(
          pool,
          "DROP TABLE IF EXISTS p",
          "CREATE TABLE p (i BIGINT, d DECIMAL(9,2), t VARCHAR(9), b VARBINARY(9), "
              + "u CHAR(36), da DATE, dt DATETIME(6), f TINYINT(1))",
          "INSERT INTO p VALUES (3, 1.50, 'x', x'01', '"
              + ID
              + "', '2024-01-31',"
              + " '2024-01-31 01:02:03', 1)");
      SqlCache sql =
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .name("p-" + UUID.randomUUID())
              .build();

      List<Row> rows =
          sql.query(
              "SELECT i FROM p WHERE i = ? AND d = ? AND t = ? AND b = ? AND u = ? AND da = ?"
                  + " AND dt = ? AND f = ? AND ? IS NULL",
              3,
              new BigDecimal("1.5"),
              "x",
              bytes(1),
              ID,
              LocalDate.of(2024, 1, 31),
              LocalDateTime.of(2024, 1, 31, 1, 2, 3),
              true,
              null);

      assertThat(rows).extracting(row -> row.get("i")).containsExactly(3L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keys_reachTheDatabaseAsTheyAre_orAreRefused(Driver driver, DatabaseServer db)
      throws Exception {
    BigInteger largest = new BigInteger("18446744073709551615");
    try (HikariDataSource pool = Databases.pool(db, driver, 1)) {
      Databases.execute(
          pool,
          "DROP TABLE IF EXISTS k",
          "CREATE TABLE k (u BIGINT UNSIGNED, y YEAR, s VARCHAR(99))",
          "INSERT INTO k VALUES (18446744073709551615, 2024, 'urn:x')");
      assertThat(find(pool, "u", largest)).isEqualTo("urn:x");
      assertThat(find(pool, "u", BigInteger.ONE)).isNull();
      assertThat(find(pool, "y", Year.of(2024))).isEqualTo("urn:x");
      assertThatThrownBy(() -> find(pool, "s", URI.create("urn:x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a parameter of java.net.URI can't be sent; convert it, or the key by"
                  + " parameters(…)");
    }
  }

  private static <K> @Nullable String find(HikariDataSource pool, String column, K key)
      throws Exception {
    JdbcLoader<K, String> loader =
        JdbcLoader.of(pool, "SELECT s FROM k WHERE " + column + " = ?", String.class);
    return loader.load(key);
  }

  /** Connector/J cuts fractions off for a MariaDB before 11, which it takes for a MySQL 5.5. */
  @ParameterizedTest
  @EnumSource(names = {"MARIADB", "MARIADB_BINARY"})
  void parameter_keepsItsMicroseconds(Driver driver, DatabaseServer db, RedisServer redis)
      throws Exception {
    LocalDateTime exact = LocalDateTime.of(2024, 1, 31, 1, 2, 3, 4000);
    try (HikariDataSource pool = Databases.pool(db, driver, 1);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      Databases.execute(
          pool,
          "DROP TABLE IF EXISTS exact",
          "CREATE TABLE exact (dt DATETIME(6))",
          "INSERT INTO exact VALUES ('2024-01-31 01:02:03.000004')");
      SqlCache sql =
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .name("exact-" + UUID.randomUUID())
              .build();

      assertThat(sql.query("SELECT dt FROM exact WHERE dt = ?", exact)).hasSize(1);
    }
  }

  /** A type of MariaDB's alone, and its own driver's. */
  @ParameterizedTest
  @EnumSource(names = {"MARIADB", "MARIADB_BINARY"})
  void uuidColumn_isAUuid(Driver driver, DatabaseServer db, RedisServer redis) throws Exception {
    try (HikariDataSource pool = Databases.pool(db, driver, 1);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      SqlCache sql =
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .name("uuid-" + UUID.randomUUID())
              .build();
      String version = String.valueOf(sql.query("SELECT VERSION()").get(0).get(0));
      assumeThat(version).contains("MariaDB");
      Databases.execute(
          pool,
          "DROP TABLE IF EXISTS uuids",
          "CREATE TABLE uuids (id UUID)",
          "INSERT INTO uuids VALUES ('" + ID + "')");

      for (Outcome outcome : List.of(Outcome.LOADED, Outcome.HIT)) {
        Read<List<Row>> read = sql.read("SELECT id FROM uuids WHERE id = ?", ID);
        assertThat(read.outcome()).isEqualTo(outcome);
        assertThat(read.toOptional().orElseThrow().get(0).get("id")).isEqualTo(ID);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void loader_readsBitsAndTinyintAsNumbers(Driver driver, DatabaseServer db) throws Exception {
    record Status(int state, long flags, boolean on) {}
    try (HikariDataSource pool = Databases.pool(db, driver, 1)) {
      Databases.execute(
          pool,
          "DROP TABLE IF EXISTS status",
          "CREATE TABLE status (id INT, state TINYINT(1), flags BIT(8), `on` BIT(1))",
          "INSERT INTO status VALUES (1, 5, b'10000001', b'1')");
      JdbcLoader<Integer, Status> loader =
          JdbcLoader.of(pool, "SELECT * FROM status WHERE id = ?", Status.class);

      assertThat(loader.load(1)).isEqualTo(new Status(5, 0x81, true));
    }
  }
}
