package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutingDataSourceTest {
  /** The name that Spring's has. */
  private abstract static class AbstractRoutingDataSource implements DataSource {
    @Override
    public Connection getConnection() throws SQLException {
      throw new SQLException("no connection");
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
      throw new SQLException("no connection");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
      return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
      throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
      throw new SQLException("no wrapper");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }
  }

  private static final class Tenants extends AbstractRoutingDataSource {}

  @Test
  void dataSourceThatRoutes_mustNameItsSessions() {
    try (InMemoryCacheStore store = new InMemoryCacheStore()) {
      assertThatThrownBy(() -> SqlCache.builder(store, new Tenants()).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Tenants routes, so another tenant's rows could be answered");
      assertThat(SqlCache.builder(store, new Tenants()).session(() -> "a").build().name())
          .isEqualTo("sql");
    }
  }
}
