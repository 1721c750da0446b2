package io.github.cacheaside.jdbc.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the databases spell in their own ways. All times are the database's. */
enum OutboxDialect {
  MYSQL("UTC_TIMESTAMP(6)") {
    @Override
    String after(Duration time) {
      return now() + " + INTERVAL " + micros(time) + " MICROSECOND";
    }

    @Override
    String millisSince(String then) {
      return "TIMESTAMPDIFF(MICROSECOND, " + then + ", " + now() + ") / 1000";
    }
  },
  MARIADB("UTC_TIMESTAMP(6)") {
    @Override
    String after(Duration time) {
      return MYSQL.after(time);
    }

    @Override
    String millisSince(String then) {
      return MYSQL.millisSince(then);
    }
  },
  POSTGRESQL("statement_timestamp()") {
    @Override
    String after(Duration time) {
      return now() + " + INTERVAL '" + micros(time) + " microseconds'";
    }

    @Override
    String millisSince(String then) {
      return "EXTRACT(EPOCH FROM (" + now() + " - " + then + ")) * 1000";
    }
  },
  H2("CURRENT_TIMESTAMP") {
    @Override
    String after(Duration time) {
      return "DATEADD(MICROSECOND, " + micros(time) + ", " + now() + ")";
    }

    @Override
    String millisSince(String then) {
      return "DATEDIFF(MILLISECOND, " + then + ", " + now() + ")";
    }
  };

  private static final Pattern COMMENT = Pattern.compile("(?m)^--.*\\R");

  private final String now;

  OutboxDialect(String now) {
    this.now = now;
  }

  /**
   * That of a connection.
   *
   * @throws SQLFeatureNotSupportedException if the database is none of the four
   */
  static OutboxDialect of(Connection connection) throws SQLException {
    String product =
        String.valueOf(connection.getMetaData().getDatabaseProductName()).toLowerCase(Locale.ROOT);
    String version =
        String.valueOf(connection.getMetaData().getDatabaseProductVersion())
            .toLowerCase(Locale.ROOT);
    return switch (product) {
      case "mysql" -> version.contains("mariadb") ? MARIADB : MYSQL;
      case "mariadb" -> MARIADB;
      case "postgresql" -> POSTGRESQL;
      case "h2" -> H2;
      default ->
          throw new SQLFeatureNotSupportedException(
              "an outbox is known for MySQL, MariaDB, PostgreSQL and H2, not for " + product);
    };
  }

  String now() {
    return now;
  }

  abstract String after(Duration time);

  abstract String millisSince(String then);

  private static long micros(Duration time) {
    return time.toNanos() / 1_000;
  }

  /** The statements of the script, for a table of another name. */
  List<String> script(String schema, String table) {
    String file = name().toLowerCase(Locale.ROOT) + ".sql";
    try (InputStream in = OutboxDialect.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing beside this class");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String named =
          COMMENT
              .matcher(text)
              .replaceAll("")
              .replaceAll("(EXISTS|ON) cache_aside_outbox ", "$1 " + schema + table + " ")
              .replace("cache_aside_outbox", table);
      return List.of(named.strip().split(";\\s*", -1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
