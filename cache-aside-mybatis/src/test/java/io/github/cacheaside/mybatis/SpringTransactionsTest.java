package io.github.cacheaside.mybatis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.ibatis.annotations.CacheNamespace;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSessionFactory;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mybatis.spring.SqlSessionFactoryBean;
import org.mybatis.spring.SqlSessionTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Under MyBatis-Spring a session commits before its transaction does. */
@Timeout(120)
final class SpringTransactionsTest {
  private static RedisCacheStore redis;

  private final JdbcDataSource database = new JdbcDataSource();
  private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();
  private TransactionTemplate transaction = new TransactionTemplate();
  private Planets planets;
  private Foreign foreign;

  @BeforeAll
  static void connect() {
    redis = RedisCacheStore.connect(TestServers.redis().uri());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
  }

  @BeforeEach
  void start() throws Exception {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    JdbcTemplate jdbc = new JdbcTemplate(database);
    jdbc.execute("create table planet (id bigint primary key, name varchar(100), born timestamp)");
    jdbc.execute("insert into planet values (1, 'Mercury', now()), (2, 'Venus', now())");
    Configuration configuration = new Configuration();
    configuration.addMapper(Planets.class);
    configuration.addMapper(Foreign.class);
    String namespace = "app-" + UUID.randomUUID();
    SqlSessionFactoryBean bean = new SqlSessionFactoryBean();
    bean.setDataSource(database);
    bean.setConfiguration(configuration);
    bean.setPlugins(
        new CacheAsideInterceptor(
            redis,
            cache ->
                cache
                    .namespace(namespace)
                    .storeTimeout(Duration.ofSeconds(4))
                    .roundTripCheck(RoundTripCheck.STRICT)));
    SqlSessionFactory sessions = bean.getObject();
    planets = new SqlSessionTemplate(sessions).getMapper(Planets.class);
    foreign = new SqlSessionTemplate(sessions).getMapper(Foreign.class);
    transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
  }

  @AfterEach
  void stop() {
    elsewhere.shutdownNow();
  }

  /** As another caller reads it. */
  private @Nullable String name(long id) throws InterruptedException, ExecutionException {
    return elsewhere
        .submit(
            () -> {
              Planet found = planets.find(id);
              return found == null ? null : found.getName();
            })
        .get();
  }

  /** Runs between the session's commit and that of the database. */
  private static void beforeTheCommit(Runnable hook) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public int getOrder() {
            return LOWEST_PRECEDENCE;
          }

          @Override
          public void beforeCompletion() {
            hook.run();
          }
        });
  }

  @Test
  void aReaderBetweenBothCommitsCachesNothingOld() throws Exception {
    assertThat(name(1)).isEqualTo("Mercury");
    transaction.executeWithoutResult(
        status -> {
          planets.rename(1, "Hermes");
          beforeTheCommit(
              () -> {
                try {
                  assertThat(name(1)).as("not committed yet").isEqualTo("Mercury");
                } catch (InterruptedException | ExecutionException e) {
                  throw new IllegalStateException(e);
                }
              });
        });
    assertThat(name(1)).isEqualTo("Hermes");
    assertThat(name(1)).isEqualTo("Hermes");
  }

  @Test
  void whatIsRolledBackWasNeverCached() throws Exception {
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> {
                      planets.rename(1, "Hermes");
                      assertThat(planets.find(1)).extracting("name").isEqualTo("Hermes");
                      throw new IllegalStateException("rolled back");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(name(1)).isEqualTo("Mercury");
    assertThat(name(1)).isEqualTo("Mercury");
  }

  /** A mapper with a cache of its own, which reads a table of the other. */
  @CacheNamespace(implementation = FencedCache.class)
  interface Foreign {
    @Select("select name from planet where id = #{id}")
    String nameOf(long id);
  }

  private @Nullable String foreignName(long id) throws InterruptedException, ExecutionException {
    return elsewhere.submit(() -> foreign.nameOf(id)).get();
  }

  /** Its database refuses each commit. */
  private TransactionTemplate thatFailsToCommit() {
    return new TransactionTemplate(
        new DataSourceTransactionManager(database) {
          private static final long serialVersionUID = 1L;

          @Override
          protected void doCommit(DefaultTransactionStatus status) {
            doRollback(status);
            throw new UnexpectedRollbackException("the database refused the commit");
          }
        });
  }

  @Test
  void aForeignMapperInTheTransactionCachesNothingUncommitted() throws Exception {
    assertThatThrownBy(
            () ->
                thatFailsToCommit()
                    .executeWithoutResult(
                        status -> {
                          planets.rename(1, "Hermes");
                          assertThat(foreign.nameOf(1)).isEqualTo("Hermes");
                        }))
        .isInstanceOf(UnexpectedRollbackException.class);
    assertThat(foreignName(1)).isEqualTo("Mercury");
  }

  @Test
  void whatOthersHaveWrittenInTheTransactionIsCachedOnlyWhenItIsCommitted() throws Exception {
    Runnable change =
        () -> {
          new JdbcTemplate(database).update("update planet set name = 'Hermes' where id = 1");
          assertThat(foreign.nameOf(1)).isEqualTo("Hermes");
        };
    assertThatThrownBy(() -> thatFailsToCommit().executeWithoutResult(status -> change.run()))
        .isInstanceOf(UnexpectedRollbackException.class);
    assertThat(foreignName(1)).isEqualTo("Mercury");
  }

  @Test
  void aTransactionThatOnlyReadsFillsWhenItIsCommitted() throws Exception {
    transaction.executeWithoutResult(status -> assertThat(foreign.nameOf(1)).isEqualTo("Mercury"));
    new JdbcTemplate(database).update("update planet set name = 'Hermes' where id = 1");
    assertThat(foreignName(1)).as("cached; this write told nobody").isEqualTo("Mercury");
  }

  /** What one result throws when it is filled must not keep the others from it, nor the fence. */
  @Test
  void whatThrowsAfterTheCommitStopsNothingElse() throws Exception {
    transaction.executeWithoutResult(
        status -> {
          for (long id = 1; id <= 2; id++) { // MyBatis puts them in the order of their hashes
            assertThat(planets.late(id)).isNotNull();
            assertThat(planets.find(id)).isNotNull();
            assertThat(foreign.nameOf(id)).isNotNull();
          }
        });
    new JdbcTemplate(database).update("update planet set name = 'changed'");
    for (long id = 1; id <= 2; id++) {
      assertThat(foreignName(id)).as("cached").isNotEqualTo("changed");
      assertThat(name(id)).as("cached").isNotEqualTo("changed");
    }
  }

  @Test
  void withoutATransactionEachCallIsItsOwn() throws Exception {
    assertThat(name(1)).isEqualTo("Mercury");
    planets.rename(1, "Hermes");
    assertThat(name(1)).isEqualTo("Hermes");
  }
}
