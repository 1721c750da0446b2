package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.jdbc.datasource.CacheRule;
import io.github.cacheaside.jdbc.datasource.CachingDataSource;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/**
 * An application with this library in a class loader of its own is collected, though its server's
 * driver, and the JDK's classes, live on.
 */
final class RedeployTest {

  /** What such an application does. */
  public static final class Application implements Consumer<DataSource> {
    @Override
    public void accept(DataSource database) {
      try (InMemoryCacheStore store = new InMemoryCacheStore()) {
        DataSource source =
            CachingDataSource.builder(store, database)
                .name("redeployed")
                .rule(CacheRule.ofTables(Duration.ofMinutes(1), "planet"))
                .build();
        for (int i = 0; i < 3; i++) {
          try (Connection connection = source.getConnection();
              PreparedStatement query =
                  connection.prepareStatement("SELECT name FROM planet WHERE id = ?")) {
            query.setInt(1, 3);
            try (ResultSet result = query.executeQuery()) {
              result.next();
            }
          }
        }
        SqlCache sql =
            SqlCache.builder(store, database).name("sql").ttl(Duration.ofMinutes(1)).build();
        Optional<String> unusedName =
            sql.queryOne("SELECT name FROM planet WHERE id = ?", String.class, 3);
        Optional<Row> unusedRow = sql.queryOne("SELECT * FROM planet WHERE id = ?", Row.class, 3);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Of this library it has classes of its own; all others are its server's. */
  private static final class OfApplication extends URLClassLoader {
    OfApplication(URL[] classPath) {
      super(classPath, RedeployTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.github.cacheaside.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? findClass(name) : known;
      }
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : all.split(File.pathSeparator, -1)) {
      urls.add(new File(entry).toURI().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  @SuppressWarnings("unchecked") // it is what it implements
  private static WeakReference<ClassLoader> deploy(DataSource database) throws Exception {
    try (OfApplication loader = new OfApplication(classPath())) {
      Class<?> type = loader.loadClass(Application.class.getName());
      assertThat(type).isNotSameAs(Application.class);
      ((Consumer<DataSource>) type.getConstructor().newInstance()).accept(database);
      return new WeakReference<>(loader);
    }
  }

  /** Takes the place of the application's records in the JDK. */
  private record Own(String text) {}

  /**
   * JDK 17 keeps the class whose {@code equals} or {@code hashCode} as a record it has linked last,
   * until it links that of another one. So does any application with records.
   */
  private static void letTheJdkForgetItsRecords() {
    assertThat(new Own("a")).isEqualTo(new Own("a")).hasSameHashCodeAs(new Own("a"));
    assertThat(new Own("a").toString()).contains("a");
  }

  @Test
  void aRedeployedApplicationIsCollected() throws Exception {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:redeployed");
    try (Connection kept = database.getConnection();
        Statement statement = kept.createStatement()) {
      statement.execute("CREATE TABLE planet (id INT PRIMARY KEY, name VARCHAR(30))");
      statement.execute("INSERT INTO planet VALUES (3, 'Earth')");
      WeakReference<ClassLoader> loader = deploy(database);
      letTheJdkForgetItsRecords();
      await()
          .until(
              () -> {
                System.gc();
                return loader.get() == null;
              });
    }
  }
}
