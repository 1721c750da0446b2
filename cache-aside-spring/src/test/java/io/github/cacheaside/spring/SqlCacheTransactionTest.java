package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.Outcome;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.LoggedCache;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.jdbc.outbox.Outbox;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

/** A bean that caches SQL results: what invalidates takes part in the transaction. */
@WithServers
@SuppressWarnings("NullAway") // what is asked for is there, or the test fails
class SqlCacheTransactionTest {
  private static final String QUERY = "SELECT name FROM planet WHERE id = ?";

  private static RedisCacheStore store;

  /** Runs right before the commit of the database. */
  private static Runnable inTheCommit;

  @Configuration(proxyBeanMethods = false)
  @EnableCacheAside
  static class App {
    @Bean
    DataSource dataSource() {
      return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    @Bean
    DataSourceTransactionManager transactionManager(DataSource dataSource) {
      return new DataSourceTransactionManager(dataSource) {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
          inTheCommit.run();
          super.doCommit(status);
        }
      };
    }

    @Bean
    SqlCache sql(DataSource dataSource) {
      return SqlCache.builder(store, dataSource)
          .namespace("t" + UUID.randomUUID())
          .ttl(Duration.ofMinutes(10))
          .options(cache -> cache.storeTimeout(Duration.ofSeconds(5)))
          .clearable()
          .build();
    }
  }

  private AnnotationConfigApplicationContext context;
  private JdbcTemplate jdbc;
  private SqlCache sql;
  private TransactionTemplate transaction;

  @BeforeEach
  void open(RedisServer redis) {
    inTheCommit = () -> {};
    store = RedisCacheStore.connect(redis.uri());
    context = new AnnotationConfigApplicationContext(App.class);
    jdbc = new JdbcTemplate(context.getBean(DataSource.class));
    sql = context.getBean(SqlCache.class);
    transaction = new TransactionTemplate(context.getBean(DataSourceTransactionManager.class));
    jdbc.execute("CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
    jdbc.update("INSERT INTO planet VALUES (3, 'Earth')");
  }

  @AfterEach
  void close() {
    context.close();
    store.close();
  }

  private String name() {
    return sql.queryOne(QUERY, String.class, 3L).orElseThrow();
  }

  private void assertBypassed() {
    assertThat(sql.read(QUERY, 3L).outcome()).isEqualTo(Outcome.BYPASSED);
  }

  @Test
  void anInvalidation_isFencedAroundTheCommit() {
    assertThat(name()).isEqualTo("Earth");
    inTheCommit = this::assertBypassed;
    transaction.executeWithoutResult(
        status -> {
          jdbc.update("UPDATE planet SET name = 'Terra' WHERE id = 3");
          sql.invalidate(QUERY, 3L); // before the commit, and right all the same
        });
    inTheCommit = () -> {};
    assertThat(name()).isEqualTo("Terra");
    assertThat(sql.read(QUERY, 3L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void aRollback_leavesWhatIsCached() {
    assertThat(name()).isEqualTo("Earth");
    transaction.executeWithoutResult(
        status -> {
          sql.invalidate(QUERY, 3L);
          sql.clear();
          status.setRollbackOnly();
        });
    assertThat(sql.read(QUERY, 3L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void clear_waitsForTheCommit() {
    assertThat(name()).isEqualTo("Earth");
    transaction.executeWithoutResult(
        status -> {
          sql.clear();
          assertThat(CompletableFuture.supplyAsync(() -> sql.read(QUERY, 3L).outcome()).join())
              .as("of another thread")
              .isEqualTo(Outcome.HIT);
        });
    assertThat(sql.read(QUERY, 3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  private Outbox outbox() throws SQLException {
    Outbox outbox =
        Outbox.builder(context.getBean(DataSource.class))
            .cache(sql)
            .delay(Duration.ZERO)
            .buildPassive();
    outbox.createTable();
    return outbox;
  }

  @Test
  void aWriterOfItsOwn_invalidatesAtItsOwnCommit() throws SQLException {
    try (Outbox outbox = outbox()) {
      JdbcWriter writer = JdbcWriter.of(context.getBean(DataSource.class)).logged(outbox);
      assertThat(name()).isEqualTo("Earth");
      transaction.executeWithoutResult(
          outer -> {
            renameBy(writer);
            outer.setRollbackOnly();
          });
      assertThat(name()).isEqualTo("Terra");
      outbox.drain();
      assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM cache_aside_outbox", Integer.class))
          .isZero();
    }
  }

  private void renameBy(JdbcWriter writer) {
    try {
      writer.<Integer, SQLException>transaction(
          its -> {
            its.invalidateQuery(sql, QUERY, 3L);
            try (Statement update = its.connection().createStatement()) {
              return update.executeUpdate("UPDATE planet SET name = 'Terra' WHERE id = 3");
            }
          });
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anOutbox_drainsAtOnce_insideATransactionToo() throws SQLException {
    try (Outbox outbox = outbox()) {
      assertThat(name()).isEqualTo("Earth");
      jdbc.update("UPDATE planet SET name = 'Terra' WHERE id = 3");
      String cache = LoggedCache.of(sql).name();
      jdbc.update(
          "INSERT INTO cache_aside_outbox (cache, kind, name) VALUES (?, 'all', '')", cache);
      transaction.executeWithoutResult(
          outer -> {
            assertThat(outbox.drain()).isEqualTo(1);
            outer.setRollbackOnly();
          });
      assertThat(name()).isEqualTo("Terra");
    }
  }
}
