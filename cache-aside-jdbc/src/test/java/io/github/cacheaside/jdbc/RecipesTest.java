package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.DataClassRowMapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The recipes of {@code docs/recipes.md}: a cache around what you have. */
class RecipesTest {
  record Planet(long id, String name) {}

  private static final Planet EARTH = new Planet(3, "Earth");
  private static final Planet TERRA = new Planet(3, "Terra");

  private final CacheStore store = new InMemoryCacheStore();
  private DatabaseServer schema;
  private HikariDataSource pool;

  @BeforeEach
  void seed() throws SQLException {
    schema = Door.H2.schema("recipes");
    pool = Door.H2.pool(schema, 2);
    Databases.execute(
        pool,
        "CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))",
        "INSERT INTO planet VALUES (3, 'Earth')");
  }

  @AfterEach
  void close() {
    pool.close();
    schema.close();
  }

  private static void isCached(CacheAside<Long, Planet> planets, Planet planet) {
    assertThat(planets.get(3L)).contains(planet);
    assertThat(planets.read(3L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(planets.get(9L)).isEmpty();
  }

  @Test
  void jdbcTemplate() {
    JdbcTemplate jdbc = new JdbcTemplate(pool);
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(pool));

    DataClassRowMapper<Planet> mapper = new DataClassRowMapper<>(Planet.class);
    CacheAside<Long, Planet> planets =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class))
            .build((Long id) -> one(jdbc.query("SELECT * FROM planet WHERE id = ?", mapper, id)));

    isCached(planets, EARTH);
    planets.write(
        List.of(3L),
        () ->
            transaction.executeWithoutResult(
                t -> jdbc.update("UPDATE planet SET name = ? WHERE id = ?", "Terra", 3L)));
    isCached(planets, TERRA);
  }

  private static <T> @Nullable T one(List<T> rows) {
    return rows.isEmpty() ? null : rows.get(0);
  }

  @Test
  void jdbcTemplate_rollback() {
    JdbcTemplate jdbc = new JdbcTemplate(pool);
    CacheAside<Long, Planet> planets =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class))
            .build(JdbcLoader.of(pool, "SELECT id, name FROM planet WHERE id = ?", Planet.class));
    isCached(planets, EARTH);
    assertThatThrownBy(
            () ->
                planets.write(
                    List.of(3L), () -> jdbc.update("UPDATE planet SET nothing = 1 WHERE id = 3")))
        .isInstanceOf(DataAccessException.class);
    isCached(planets, EARTH);
  }

  @Test
  void jdbi() {
    Jdbi jdbi = Jdbi.create(pool);

    CacheAside<Long, Planet> planets =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class))
            .build(
                (Long id) ->
                    jdbi.withHandle(
                        h ->
                            h.createQuery("SELECT * FROM planet WHERE id = :id")
                                .bind("id", id)
                                .map((row, c) -> new Planet(row.getLong(1), row.getString(2)))
                                .findOne()
                                .orElse(null)));

    isCached(planets, EARTH);
    planets.write(
        List.of(3L),
        () ->
            jdbi.useTransaction(
                h -> h.execute("UPDATE planet SET name = ? WHERE id = ?", "Terra", 3L)));
    isCached(planets, TERRA);
  }

  @Test
  void jooq() {
    DSLContext jooq = DSL.using(pool, SQLDialect.H2);

    CacheAside<Long, Planet> planets =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class))
            .build(
                (Long id) ->
                    jooq.fetchOptional("SELECT id, name FROM planet WHERE id = ?", id)
                        .map(row -> new Planet(row.get(0, Long.class), row.get(1, String.class)))
                        .orElse(null));

    isCached(planets, EARTH);
    planets.write(
        List.of(3L),
        () ->
            jooq.transaction(
                t -> t.dsl().execute("UPDATE planet SET name = ? WHERE id = ?", "Terra", 3L)));
    isCached(planets, TERRA);
  }

  /** An application's own. */
  private record PlanetDao(DataSource database) {
    @Nullable Planet findById(long id) throws SQLException {
      try (Connection connection = database.getConnection();
          PreparedStatement select =
              connection.prepareStatement("SELECT id, name FROM planet WHERE id = ?")) {
        select.setLong(1, id);
        try (ResultSet row = select.executeQuery()) {
          return row.next() ? new Planet(row.getLong(1), row.getString(2)) : null;
        }
      }
    }

    void rename(Connection connection, long id, String name) throws SQLException {
      try (Statement update = connection.createStatement()) {
        update.executeUpdate("UPDATE planet SET name = '" + name + "' WHERE id = " + id);
      }
    }
  }

  @Test
  void plainDao() throws SQLException {
    PlanetDao dao = new PlanetDao(pool);

    CacheAside<Long, Planet> planets =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class)).build(dao::findById);
    JdbcWriter writer = JdbcWriter.of(pool).fenced();

    isCached(planets, EARTH);
    writer.write(planets, 3L, connection -> dao.rename(connection, 3L, "Terra"));
    isCached(planets, TERRA);
  }
}
