package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.Health;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.jdbc.Databases.Driver;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What any cache has, {@code SqlCache} has too. */
@WithServers
class SqlCacheTagsTest {
  private static final String COUNT = "SELECT COUNT(*) AS n FROM moon WHERE planet = ?";

  private HikariDataSource pool;
  private RedisCacheStore store;

  @BeforeEach
  void open(DatabaseServer db, RedisServer redis) throws SQLException {
    pool = Databases.pool(db, Driver.MARIADB, 1);
    store = RedisCacheStore.connect(redis.uri());
    Databases.execute(
        pool,
        "DROP TABLE IF EXISTS moon",
        "CREATE TABLE moon (planet INT, name VARCHAR(30))",
        "INSERT INTO moon VALUES (3, 'Moon'), (4, 'Phobos')");
  }

  @AfterEach
  void close() {
    store.close();
    pool.close();
  }

  private SqlCacheBuilder builder() {
    return SqlCache.builder(store, pool)
        .options(Databases::patient)
        .name("tags-" + UUID.randomUUID())
        .ttl(Duration.ofMinutes(1));
  }

  @Test
  void clear_makesEveryResultAMiss() throws SQLException {
    SqlCache sql = builder().clearable().build();
    sql.query(COUNT, 3);
    sql.query(COUNT, 4);
    Databases.execute(pool, "INSERT INTO moon VALUES (3, 'new'), (4, 'Deimos')");
    assertThat(sql.query(COUNT, 3).get(0).getInt("n")).isEqualTo(1);

    sql.clear();

    assertThat(sql.query(COUNT, 3).get(0).getInt("n")).isEqualTo(2);
    assertThat(sql.query(COUNT, 4).get(0).getInt("n")).isEqualTo(2);
  }

  @Test
  void tag_makesItsResultsAMiss_andNoOthers() throws SQLException {
    SqlCache sql = builder().tags((text, parameters) -> Set.of("of " + parameters.get(0))).build();
    sql.query(COUNT, 3);
    sql.query(COUNT, 4);
    Databases.execute(pool, "INSERT INTO moon VALUES (3, 'new'), (4, 'Deimos')");

    sql.invalidateTag("of 4");

    assertThat(sql.read(COUNT, 3).outcome()).isEqualTo(Outcome.HIT);
    assertThat(sql.query(COUNT, 3).get(0).getInt("n")).isEqualTo(1);
    assertThat(sql.query(COUNT, 4).get(0).getInt("n")).isEqualTo(2);
  }

  @Test
  void withoutTags_clearAndInvalidateTag_sayWhatIsMissing() {
    SqlCache sql = builder().build();

    assertThatThrownBy(sql::clear).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> sql.invalidateTag("x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void bareText_excludesTags() {
    assertThatThrownBy(() -> builder().keys(SqlKeys.TEXT).clearable().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys TEXT excludes clearable; NAMED has all three");
    assertThatThrownBy(
            () -> builder().keys(SqlKeys.TEXT).tags((text, parameters) -> Set.of()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys TEXT excludes tags; NAMED has all three");
  }

  @Test
  void healthMetersAndNamespace_areThoseOfTheCacheUnderneath() {
    SqlCache sql = builder().namespace("shop").build();
    sql.query(COUNT, 3);

    assertThat(sql.health().status()).isEqualTo(Health.Status.UP);
    assertThat(sql.namespace()).isEqualTo("shop");
    assertThat(sql.asCache().name()).isEqualTo(sql.name());
    assertThat(sql.asCache().stats().misses()).isEqualTo(1);
  }
}
