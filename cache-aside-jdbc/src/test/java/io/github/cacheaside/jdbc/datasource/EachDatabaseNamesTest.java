package io.github.cacheaside.jdbc.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.jdbc.Door;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A cached result knows a column by each name by which the driver knows it: some take the column's
 * own name beside its label, or its table before that.
 */
@WithServers
class EachDatabaseNamesTest {
  private static final List<String> QUERIES =
      List.of(
          "SELECT id, name FROM planet",
          "SELECT planet.id, planet.name AS called FROM planet",
          "SELECT p.id, p.name AS called FROM planet p",
          "SELECT planet.name, moon.name FROM planet JOIN moon ON moon.planet = planet.id",
          "SELECT moon.name AS id, planet.id AS name FROM planet JOIN moon ON planet = id",
          "SELECT COUNT(*) AS called, MAX(name) FROM moon");

  private static final List<String> NAMES =
      List.of(
          "id",
          "ID",
          "name",
          "called",
          "planet.id",
          "PLANET.Id",
          "planet.name",
          "planet.called",
          "moon.name",
          "p.id",
          "p.name",
          "p.called",
          "Called",
          "planet.planet.id");

  private static int find(DataSource source, String query, String name) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      return result.findColumn(name);
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.cacheaside.jdbc.Door#all")
  void whatTheDriverFinds_isFound(Door door, RedisServer redis) throws Exception {
    Cached.with(
        door,
        redis.uri(),
        cached -> {
          CachingDataSource source = cached.source();
          for (String query : QUERIES) {
            for (String name : NAMES) {
              int found;
              try {
                found = find(cached.pool(), query, name);
              } catch (SQLException | IllegalArgumentException e) {
                continue; // a cached result need not refuse it
              }
              assertThat(find(source, query, name)).as("%s of %s", name, query).isEqualTo(found);
            }
          }
          assertThatThrownBy(() -> find(source, QUERIES.get(0), "planet.nothing"))
              .isInstanceOf(SQLException.class)
              .hasMessageStartingWith("there is no column planet.nothing among [");
          assertThat(source.stats().hits()).isPositive();
        });
  }
}
