package io.github.cacheaside.jdbc.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.jdbc.Databases;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/caching-datasource.md says, without servers. */
class DataSourcePageTest {
  private final InMemoryCacheStore redis = new InMemoryCacheStore();
  private final JdbcDataSource pool = new JdbcDataSource();

  @BeforeEach
  void tables() throws SQLException {
    pool.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Databases.execute(
        pool,
        "CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')");
  }

  @Test
  void theExample() throws SQLException {
    DataSource database =
        CachingDataSource.builder(redis, pool)
            .rule(CacheRule.ofTables(Duration.ofMinutes(1), "planet", "moon"))
            .build();
    assertThat(Cached.strings(database, Cached.NAMES)).containsExactly("Earth", "Mars");
    Databases.execute(pool, Cached.RENAME);
    assertThat(Cached.strings(database, Cached.NAMES)).containsExactly("Earth", "Mars");
    Databases.execute(database, Cached.RENAME);
    assertThat(Cached.strings(database, Cached.NAMES)).containsExactly("Terra", "Mars");
  }

  @Test
  void withoutRules_nothingIsCached() throws SQLException {
    DataSource database = CachingDataSource.builder(redis, pool).build();
    Cached.strings(database, Cached.NAMES);
    Databases.execute(pool, Cached.RENAME);
    assertThat(Cached.strings(database, Cached.NAMES)).containsExactly("Terra", "Mars");
  }

  private CachingDataSource source(UnfencedWrites policy) {
    return CachingDataSource.builder(redis, pool).rule(Cached.RULE).unfencedWrites(policy).build();
  }

  @Test
  void withoutAStore_readsGoOn_andWritesFailBeforeTheyBegin() throws SQLException {
    CachingDataSource database = source(UnfencedWrites.FAIL);
    redis.failWith(new IllegalStateException("out of reach"));

    assertThat(Cached.strings(database, Cached.NAMES)).containsExactly("Earth", "Mars");
    assertThatThrownBy(() -> Databases.execute(database, Cached.RENAME))
        .isInstanceOf(SQLTransientException.class)
        .hasCauseInstanceOf(CacheStoreException.class);
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      Cached.update(connection, Cached.RENAME);
      assertThatThrownBy(connection::commit).isInstanceOf(SQLTransientException.class);
    }
    redis.failWith(null);
    assertThat(Cached.strings(pool, Cached.NAMES)).containsExactly("Earth", "Mars");
  }

  @Test
  void orTheyAreWrittenAllTheSame() throws SQLException {
    CachingDataSource database = source(UnfencedWrites.DEGRADE);
    redis.failWith(new IllegalStateException("out of reach"));
    Databases.execute(database, Cached.RENAME);
    redis.failWith(null);
    assertThat(database.stats().degradedWrites()).isEqualTo(1);
    assertThat(Cached.strings(pool, Cached.NAMES)).containsExactly("Terra", "Mars");
  }

  @Test
  void badRules_areRefusedWhenTheDataSourceIsBuilt() {
    Duration minute = Duration.ofMinutes(1);
    assertThatThrownBy(() -> CacheRule.ofTables(minute))
        .hasMessage("a rule by tables has at least one");
    assertThatThrownBy(() -> CacheRule.ofTables(Duration.ZERO, "planet"))
        .isInstanceOf(IllegalArgumentException.class);
    for (String query :
        new String[] {"SELECT NOW() FROM planet", "DELETE FROM planet", "SELECT * FRM planet"}) {
      CachingDataSourceBuilder builder =
          CachingDataSource.builder(redis, pool).rule(CacheRule.ofQuery(minute, query));
      assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aResultThatCantBeKept_isTheDriversOwn() throws SQLException {
    CachingDataSource database =
        CachingDataSource.builder(redis, pool).rule(CacheRule.ofHint()).maxRows(1).build();
    String arrays = "SELECT ARRAY[1, 2] /* cache-aside ttl=1h */ FROM planet";
    String many = "SELECT name /* cache-aside ttl=1h */ FROM planet ORDER BY id";
    for (int i = 0; i < 2; i++) {
      assertThat(Cached.strings(database, arrays)).hasSize(2);
      assertThat(Cached.strings(database, many)).containsExactly("Earth", "Mars");
    }
    assertThat(database.bypasses().get(CachingDataSource.Bypass.RESULT)).isEqualTo(4);
    assertThat(database.stats().hits()).isZero();
  }
}
