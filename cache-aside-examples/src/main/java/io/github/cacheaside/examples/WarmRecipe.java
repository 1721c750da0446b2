package io.github.cacheaside.examples;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Warmed;
import io.github.cacheaside.Warming;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import java.io.Console;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Warms the cache with a whole table before users come, at a pace that the database can bear. */
final class WarmRecipe {
  private static final int ROWS = 2_000;
  private static final int PER_SECOND = 1_000;
  private static final int WIDTH = 79;

  private WarmRecipe() {}

  /** A row. */
  record Product(long id, String name) {}

  static void run(Servers servers, PrintStream out) throws SQLException, InterruptedException {
    servers.requireRedis();
    DataSource database = servers.dataSource();
    seed(database);
    CacheAside<Long, Product> products =
        CacheAside.builder(servers.redis(), "product", Serializer.json(Product.class))
            .ttl(Duration.ofMinutes(10))
            .storeTimeout(Servers.PATIENCE)
            .build(
                JdbcLoader.builder(
                        database, "SELECT id, name FROM product WHERE id = ?", Product.class)
                    .bulk("SELECT id, name FROM product WHERE id IN (?)", Product::id)
                    .build());
    List<Long> ids = ids(database);
    products.invalidateAll(ids); // what an earlier run may have left

    out.println("A cold cache, at most " + PER_SECOND + " rows a second:");
    print(warm(products, ids, out), products, out);
    out.println("Once more, now that it is warm:");
    print(warm(products, ids, out), products, out);
    out.println("A read: " + products.read(1_234L));
    products.invalidateAll(ids);
  }

  private static Warmed warm(CacheAside<Long, Product> products, List<Long> ids, PrintStream out) {
    Warming pace = Warming.perSecond(PER_SECOND);
    if (!isTerminal(out)) {
      return products.warm(ids, pace.onProgress(soFar -> printLine(soFar, out)));
    }
    try (ProgressBar bar = bar(out)) {
      return products.warm(ids, pace.onProgress(soFar -> bar.stepTo(soFar.done())));
    }
  }

  @SuppressWarnings("SystemConsoleNull") // from JDK 22 on there always is one, and it can tell
  private static boolean isTerminal(PrintStream out) {
    Console console = System.console();
    if (out != System.out || console == null) {
      return false;
    }
    try {
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }

  private static ProgressBar bar(PrintStream out) {
    return new ProgressBarBuilder()
        .setTaskName("warming")
        .setInitialMax(ROWS)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(100)
        .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
        .build();
  }

  /** In a file or a pipe a bar would be a mess: a line for every fifth of the way. */
  private static void printLine(Warmed soFar, PrintStream out) {
    if (soFar.done() % (ROWS / 5) == 0) {
      out.println("  " + soFar.done() + " of " + ROWS);
    }
  }

  private static void print(Warmed warmed, CacheAside<?, ?> products, PrintStream out) {
    out.printf(
        "  found %d, loaded %d, absent %d, failed %d; SELECTs so far: %d%n",
        warmed.hits(), warmed.loaded(), warmed.absent(), warmed.failed(), products.stats().loads());
  }

  private static List<Long> ids(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT id FROM product");
        ResultSet rows = select.executeQuery()) {
      List<Long> ids = new ArrayList<>();
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
      return ids;
    }
  }

  private static void seed(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS product (id INT UNSIGNED PRIMARY KEY, name VARCHAR(60))");
      connection.setAutoCommit(false);
      statement.executeUpdate("DELETE FROM product");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO product VALUES (?, ?)")) {
        for (int id = 1; id <= ROWS; id++) {
          insert.setLong(1, id);
          insert.setString(2, "product " + id);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      connection.commit();
    }
  }
}
