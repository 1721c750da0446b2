package io.github.cacheaside.benchmarks.servers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One table of counters in a real MariaDB or MySQL; a write holds the row lock until COMMIT. */
public final class SqlDatabase implements Database {
  public static final String DDL =
      "CREATE TABLE IF NOT EXISTS counter (id BIGINT PRIMARY KEY, version BIGINT NOT NULL)";
  private static final String READ = "SELECT version FROM counter WHERE id = ?";
  private static final String RAISE =
      "INSERT INTO counter (id, version) VALUES (?, 1)"
          + " ON DUPLICATE KEY UPDATE version = version + 1";

  /** Where the database is. */
  public record Address(String url, String user, String password) {}

  /** Told of what the database says; runs on the thread that asked. */
  public interface Witness {
    Witness NONE =
        new Witness() {
          @Override
          public void loaded(long key, long version) {}

          @Override
          public void committed(long key, long version) {}

          @Override
          public void stall(long key, long version) {}
        };

    void loaded(long key, long version);

    void committed(long key, long version);

    /** Comes between a read and its return. */
    void stall(long key, long version);
  }

  private final HikariDataSource pool;
  private final Witness witness;

  public SqlDatabase(Address where, int connections, Witness witness) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(where.url());
    config.setUsername(where.user());
    config.setPassword(where.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    this.pool = new HikariDataSource(config);
    this.witness = witness;
  }

  @Override
  public @Nullable Row read(long key) throws SQLException {
    long version;
    try (Connection connection = pool.getConnection()) {
      version = version(connection, key);
    }
    witness.loaded(key, version);
    witness.stall(key, version);
    return version == 0 ? null : Row.of(key, version);
  }

  @Override
  public long write(long key, BeforeCommit beforeCommit) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement raise = connection.prepareStatement(RAISE)) {
        raise.setLong(1, key);
        raise.executeUpdate();
        long version = version(connection, key);
        beforeCommit.run();
        connection.commit();
        witness.committed(key, version);
        return version;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private static long version(Connection connection, long key) throws SQLException {
    try (PreparedStatement read = connection.prepareStatement(READ)) {
      read.setLong(1, key);
      try (ResultSet rows = read.executeQuery()) {
        return rows.next() ? rows.getLong(1) : 0;
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
