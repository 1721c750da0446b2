package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the types of members ask for, by a loader, and by a cached row on a miss and on a hit. */
@Tag("long")
@WithServers
class EachDatabaseMembersTest {
  private static final Instant MOMENT = Instant.parse("2024-01-31T12:00:00.123456Z");

  record Seen(Instant at) {}

  record SeenWithOffset(OffsetDateTime at) {}

  record SeenInZone(ZonedDateTime at) {}

  record Local(LocalDateTime at) {}

  record Old(Timestamp at) {}

  record Text(String at) {}

  record Count(int flag) {}

  record Nick(String name, Optional<String> nick, Optional<Instant> at) {}

  @SuppressWarnings("ArrayRecordComponent") // what is tested
  record Arrays(
      String[] tags,
      List<LocalTime> times,
      LocalDateTime[] stamps,
      Instant[] moments,
      int[][] grid,
      List<Optional<Integer>> holes,
      List<String> days) {}

  record Documents(
      String json, String jsonb, String ci, String lasts, String address, String range) {}

  record Json(String body, List<LocalTime> times) {}

  /** A loader's value, and the same from a cached row on a miss and on a hit. */
  private static <T> void isRead(
      HikariDataSource pool, RedisServer redis, String sql, Class<T> type, T expected)
      throws Exception {
    assertEqual(JdbcLoader.<Integer, T>of(pool, sql, type).load(1), expected);
    try (RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      SqlCache cache =
          SqlCache.builder(store, pool)
              .options(Databases::patient)
              .ttl(Duration.ofMinutes(5))
              .name("members-" + UUID.randomUUID())
              .build();
      for (Outcome outcome : List.of(Outcome.LOADED, Outcome.HIT)) {
        Read<List<Row>> read = cache.read(sql, 1);
        assertThat(read.outcome()).isEqualTo(outcome);
        assertEqual(read.toOptional().orElseThrow().get(0).as(type), expected);
      }
    }
  }

  private static void assertEqual(@Nullable Object actual, Object expected) {
    assertThat(actual)
        .usingRecursiveComparison(
            RecursiveComparisonConfiguration.builder().withStrictTypeChecking(false).build())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void whatNamesAMoment_isAMoment(Door door, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("moments");
        HikariDataSource pool = door.pool(schema, 1)) {
      String type = door.isOfMySql() ? "TIMESTAMP(6) NULL" : "TIMESTAMP WITH TIME ZONE";
      String literal =
          door.isOfMySql()
              ? "FROM_UNIXTIME(1706702400.123456)"
              : "TIMESTAMP WITH TIME ZONE '2024-01-31 13:00:00.123456+01'";
      Databases.execute(
          pool,
          "CREATE TABLE seen (id INT, at_ "
              + type
              + ", here TIMESTAMP(6) NULL)"
                  .replace(
                      "TIMESTAMP(6) NULL)", door.isOfMySql() ? "DATETIME(6))" : "TIMESTAMP(6))"),
          "INSERT INTO seen VALUES (1, " + literal + ", '2024-03-31 02:30:00.5')");
      String sql = "SELECT at_ AS at FROM seen WHERE id = ?";
      isRead(pool, redis, sql, Seen.class, new Seen(MOMENT));
      OffsetDateTime offset =
          JdbcLoader.<Integer, OffsetDateTime>of(pool, sql, OffsetDateTime.class).load(1);
      assertThat(offset).isNotNull();
      assertThat(offset.toInstant()).isEqualTo(MOMENT);
      isRead(pool, redis, sql, SeenWithOffset.class, new SeenWithOffset(offset));
      isRead(pool, redis, sql, SeenInZone.class, new SeenInZone(offset.toZonedDateTime()));

      String here = "SELECT here AS at FROM seen WHERE id = ?";
      LocalDateTime local = LocalDateTime.parse("2024-03-31T02:30:00.5");
      isRead(pool, redis, here, Local.class, new Local(local));
      isRead(pool, redis, here, Old.class, new Old(Timestamp.valueOf(local)));
      String text = door.isOfMySql() ? "2024-03-31 02:30:00.500000" : "2024-03-31 02:30:00.5";
      isRead(pool, redis, here, Text.class, new Text(text));
      assertThatThrownBy(() -> JdbcLoader.<Integer, Seen>of(pool, here, Seen.class).load(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "column "
                  + (door.product() == DatabaseProduct.H2 ? "AT" : "at")
                  + ": this LocalDateTime can't be read as java.time.Instant");
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void booleanAsANumber_andAbsenceInAnOptional(Door door, RedisServer redis) throws Exception {
    try (DatabaseServer schema = door.schema("flags");
        HikariDataSource pool = door.pool(schema, 1)) {
      Databases.execute(
          pool,
          "CREATE TABLE f (id INT, flag BOOLEAN, name VARCHAR(9), nick VARCHAR(9), at_ DATE)",
          "INSERT INTO f VALUES (1, TRUE, 'a', NULL, NULL)");

      isRead(pool, redis, "SELECT flag FROM f WHERE id = ?", Count.class, new Count(1));
      isRead(
          pool,
          redis,
          "SELECT name, nick, at_ AS at FROM f WHERE id = ?",
          Nick.class,
          new Nick("a", Optional.empty(), Optional.empty()));
      Databases.execute(pool, "UPDATE f SET nick = 'b'");
      isRead(
          pool,
          redis,
          "SELECT name, nick, at_ AS at FROM f WHERE id = ?",
          Nick.class,
          new Nick("a", Optional.of("b"), Optional.empty()));
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void arrays_areReadByTheTypeOfTheirElements(Door door, RedisServer redis) throws Exception {
    assumeThat(door.isOfMySql()).isFalse();
    try (DatabaseServer schema = door.schema("arrays");
        HikariDataSource pool = door.pool(schema, 1)) {
      String sql =
          "SELECT ARRAY['a', 'b'] AS tags, ARRAY[TIME '12:00:00.123456'] AS times,"
              + " ARRAY[TIMESTAMP '2024-03-31 02:30:00.123456'] AS stamps,"
              + " ARRAY[TIMESTAMP WITH TIME ZONE '2024-01-31 13:00:00.123456+01'] AS moments,"
              + " ARRAY[ARRAY[1, 2], ARRAY[3, 4]] AS grid, ARRAY[1, NULL] AS holes,"
              + " ARRAY[DATE '2024-02-29'] AS days"
              + " WHERE 1 = ?";
      isRead(
          pool,
          redis,
          sql,
          Arrays.class,
          new Arrays(
              new String[] {"a", "b"},
              List.of(LocalTime.parse("12:00:00.123456")),
              new LocalDateTime[] {LocalDateTime.parse("2024-03-31T02:30:00.123456")},
              new Instant[] {MOMENT},
              new int[][] {{1, 2}, {3, 4}},
              List.of(Optional.of(1), Optional.empty()),
              List.of("2024-02-29")));
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void classesOfTheDriver_areTextWhereTextIsWanted(Door door, RedisServer redis) throws Exception {
    assumeThat(door.product()).isEqualTo(DatabaseProduct.POSTGRESQL);
    try (DatabaseServer schema = door.schema("documents");
        HikariDataSource pool = door.pool(schema, 1)) {
      Databases.execute(pool, "CREATE EXTENSION citext");
      isRead(
          pool,
          redis,
          "SELECT '{\"a\":1}'::json AS json, '{\"a\":1}'::jsonb AS jsonb, 'Ab'::citext AS ci,"
              + " '1 day'::interval AS lasts, '10.0.0.1'::inet AS address,"
              + " '[1,5)'::int4range AS range WHERE 1 = ?",
          Documents.class,
          new Documents("{\"a\":1}", "{\"a\": 1}", "Ab", "1 day", "10.0.0.1", "[1,5)"));
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void nullInAPrimitiveArray_isRefused(Door door) throws Exception {
    assumeThat(door.isOfMySql()).isFalse();
    try (DatabaseServer schema = door.schema("holes");
        HikariDataSource pool = door.pool(schema, 1)) {
      JdbcLoader<Integer, int[]> loader =
          JdbcLoader.of(pool, "SELECT ARRAY[1, NULL] AS a WHERE 1 = ?", int[].class);
      assertThatThrownBy(() -> loader.load(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can't be read as int[]");
    }
  }
}
