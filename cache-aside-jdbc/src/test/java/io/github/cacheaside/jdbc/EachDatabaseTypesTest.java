package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.jdbc.values.SqlValues;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type of each database, by every driver: a hit is the miss before it, and what was meant.
 */
@WithServers
class EachDatabaseTypesTest {
  private static List<SqlTypeCase> cases(DatabaseProduct product) {
    return switch (product) {
      case MYSQL -> SqlTypeCase.MYSQL;
      case MARIADB -> SqlTypeCase.MARIADB;
      case POSTGRESQL -> SqlTypeCase.POSTGRESQL;
      case H2 -> SqlTypeCase.H2;
    };
  }

  /** What this driver shows, where it differs from the first of its database. */
  private static @Nullable Object expected(SqlTypeCase one, Door door) {
    boolean mariaDb = door.driver().equals("MariaDB");
    if (door.isOfMySql()) {
      if (one.type().equals("SMALLINT") && mariaDb) {
        return Short.valueOf(one.literal());
      }
      if (one.type().equals("UUID") && !mariaDb) {
        return String.valueOf(one.value());
      }
    }
    if (door == Door.POSTGRESQL_BINARY) {
      return switch (one.type()) {
        case "point" -> "(1.0,2.0)";
        case "box" -> "(3.0,4.0),(1.0,2.0)";
        default -> one.value();
      };
    }
    return one.value();
  }

  private static void createTables(Door door, HikariDataSource pool) throws Exception {
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
      String name = "t" + table++;
      String nullable = one.type().contains("serial") ? "bigint" : one.type();
      Databases.execute(
          pool,
          "CREATE TABLE "
              + name
              + " (id INT, v "
              + one.type()
              + ", n "
              + nullable
              + " NULL)".replace("NULL NULL", "NULL"),
          "INSERT INTO " + name + " (id, v) VALUES (1, " + one.literal() + ")");
    }
  }

  /** Some drivers' text is their own, or none. */
  private static boolean hasTextOfTheDriver(SqlTypeCase one, Door door) {
    return !(one.value() instanceof byte[] || one.value() instanceof List)
        && !one.type().startsWith("YEAR")
        && !(one.value() instanceof Float)
        && !(one.type().equals("timetz") && door == Door.POSTGRESQL_BINARY);
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void everyType_isTheSameOnHitAndMiss_orRefused(Door door, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("types");
        HikariDataSource pool = door.pool(schema, 1);
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      createTables(door, pool);
      for (RowFormat format : RowFormat.values()) {
        SqlCache sql =
            SqlCache.builder(store, pool)
                .options(Databases::patient)
                .ttl(Duration.ofMinutes(5))
                .format(format)
                .name("types-" + UUID.randomUUID())
                .build();
        int table = 0;
        for (SqlTypeCase one : cases(door.product())) {
          check(sql, format, door, pool, one, "t" + table++);
        }
      }
    }
  }

  private static void check(
      SqlCache sql,
      RowFormat format,
      Door door,
      HikariDataSource pool,
      SqlTypeCase one,
      String table)
      throws Exception {
    String query = "SELECT v, n FROM " + table + " WHERE id = ?";
    String what = door + " " + format + " " + one;
    if (one.value() == null || isRefusedBy(door, one)) {
      assertThatThrownBy(() -> sql.query(query, 1)).as(what).isInstanceOf(CacheLoadException.class);
      return;
    }
    Read<List<Row>> miss = sql.read(query, 1);
    Read<List<Row>> hit = sql.read(query, 1);
    assertThat(miss.outcome()).as(what).isEqualTo(Outcome.LOADED);
    assertThat(hit.outcome()).as(what).isEqualTo(Outcome.HIT);
    Object expected = expected(one, door);
    for (Read<List<Row>> read : List.of(miss, hit)) {
      Row row = read.toOptional().orElseThrow().get(0);
      assertThat(row.get("n")).as(what).isNull();
      if (format == RowFormat.BINARY) {
        assertSame(row.get("v"), expected, what);
        if (hasTextOfTheDriver(one, door)) {
          String text = textOfTheDriver(pool, table);
          assertThat(row.getString("v")).as(what).isEqualTo(text);
          assertThat(loaded(pool, table)).as(what).isEqualTo(text);
        }
      } else {
        assertSame(row.get("v"), JsonRowCodec.normalise(expected), what);
      }
    }
  }

  /** Binary transfer of these is not known to the driver, which says so. */
  private static boolean isRefusedBy(Door door, SqlTypeCase one) {
    return door == Door.POSTGRESQL_BINARY && one.type().equals("oid[]");
  }

  private static void assertSame(@Nullable Object actual, @Nullable Object expected, String what) {
    assertThat(SqlValues.same(actual, expected))
        .as(what + ": " + describe(actual) + " instead of " + describe(expected))
        .isTrue();
  }

  private static String describe(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
  }

  private static @Nullable String textOfTheDriver(HikariDataSource pool, String table)
      throws Exception {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT v FROM " + table);
        ResultSet result = statement.executeQuery()) {
      result.next();
      return result.getString(1);
    }
  }

  private static @Nullable String loaded(HikariDataSource pool, String table) throws Exception {
    return JdbcLoader.<Integer, String>of(
            pool, "SELECT v FROM " + table + " WHERE id = ?", String.class)
        .load(1);
  }

  /** The tables in the page, which name each type and what it becomes. */
  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#ofEachDatabase")
  void page_hasTheTable(Door door) throws IOException {
    Path page = Path.of(System.getProperty("cacheaside.basedir", ".."), "docs", "sql-types.md");
    String begin = "<!-- types of " + door.product() + " -->\n";
    String end = "<!-- end of types of " + door.product() + " -->";
    String text = Files.readString(page);
    String table = begin + table(door.product()) + end;
    if (Boolean.getBoolean("cacheaside.docs.write")) {
      int from = text.indexOf(begin);
      int to = text.indexOf(end) + end.length();
      Files.writeString(page, text.substring(0, from) + table + text.substring(to));
    }
    assertThat(Files.readString(page)).contains(table);
  }

  private static String table(DatabaseProduct product) {
    Map<String, String> javaTypes = new LinkedHashMap<>();
    for (SqlTypeCase one : cases(product)) {
      if (one.value() instanceof List<?> list && list.isEmpty() && product != DatabaseProduct.H2) {
        continue; // tells no type of its elements
      }
      String name = one.type().replaceAll("\\((?!a|\")[^)]*\\)", "").replace(" NULL", "");
      javaTypes.merge(
          name,
          javaType(one.value()),
          (first, second) ->
              List.of(first.split(", ")).contains(second) ? first : first + ", " + second);
    }
    Map<String, List<String>> byJavaType = new LinkedHashMap<>();
    javaTypes.forEach(
        (type, java) ->
            byJavaType.computeIfAbsent(java, any -> new ArrayList<>()).add("`" + type + "`"));
    return "| columns | in a row |\n|---|---|\n"
        + byJavaType.entrySet().stream()
            .map(each -> "| " + String.join(", ", each.getValue()) + " | " + each.getKey() + " |\n")
            .collect(Collectors.joining());
  }

  private static String javaType(@Nullable Object value) {
    if (value == null) {
      return "refused";
    }
    if (value instanceof List<?> list) {
      return "list of " + (list.isEmpty() ? "`String`" : javaType(list.get(0)));
    }
    return "`" + value.getClass().getSimpleName() + "`";
  }
}
