package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class DatabaseServerTest {
  @Test
  void sharedDatabase_isOneForTheJvm_andAnswers() throws SQLException {
    DatabaseServer database = TestServers.database();
    assertThat(TestServers.database()).isSameAs(database);
    assertThat(first(database, "SELECT DATABASE()")).isEqualTo(database.database());
    assertThat(database.jdbcUrl()).doesNotContain(database.password());
    assertThat(TestServers.describe()).contains(database.origin());
  }

  @Test
  void createdDatabases_areApart_andGoneAfterClose() throws SQLException {
    String name;
    try (DatabaseServer one = TestServers.database().createDatabase("planets");
        DatabaseServer two = TestServers.database().createDatabase("planets")) {
      name = one.database();
      assertThat(name).startsWith("planets_").isNotEqualTo(two.database());
      execute(one, "CREATE TABLE planet(id INT PRIMARY KEY, name VARCHAR(30))");
      execute(two, "CREATE TABLE planet(id INT PRIMARY KEY, name VARCHAR(30))");
      execute(one, "INSERT INTO planet VALUES (1, 'Mercury ☿')");
      assertThat(first(one, "SELECT name FROM planet")).isEqualTo("Mercury ☿");
      assertThat(first(two, "SELECT COUNT(*) FROM planet")).isEqualTo("0");
    }
    assertThat(first(TestServers.database(), "SHOW DATABASES LIKE '" + name + "'")).isEmpty();
  }

  @Test
  void databaseName_withOtherCharacters_isRefused() {
    assertThatThrownBy(() -> TestServers.database().createDatabase("a`; DROP"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void accessChecks_areOn() {
    DatabaseServer database = TestServers.database();
    assertThatThrownBy(() -> database.dataSource().getConnection(database.user(), "wrong").close())
        .isInstanceOf(SQLException.class);
  }

  private static void execute(DatabaseServer database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String first(DatabaseServer database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }
}
