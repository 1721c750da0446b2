package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CircuitBreaker;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.WriteNotBegunException;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Evictions of which a transaction knows nothing until its commit has begun. */
@SuppressWarnings("NullAway") // Spring's answers may be null; here they are not, or the test fails
class LateChangesTest {
  private static final String OLD = "Earth";
  private static final String NEW = "Terra";

  private static RedisCacheStore store;

  /** What runs when everything is told of the commit, right before the database's own. */
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
    JdbcTemplate jdbc(DataSource dataSource) {
      return new JdbcTemplate(dataSource);
    }

    @Bean
    CacheAsideCacheManager cacheManager() {
      return CacheAsideCacheManager.builder(store)
          .namespace("t" + UUID.randomUUID())
          .types(name -> String.class)
          .defaults(
              all ->
                  all.options(
                      o ->
                          o.storeTimeout(Duration.ofSeconds(5))
                              .circuitBreaker(CircuitBreaker.off())))
          .build();
    }
  }

  private RedisServer redis;
  private AnnotationConfigApplicationContext context;
  private JdbcTemplate jdbc;
  private Cache cache;
  private CacheAside<Object, Object> core;
  private TransactionTemplate transaction;

  @BeforeEach
  void open() {
    inTheCommit = () -> {};
    redis = TestServers.newRedis();
    store = RedisCacheStore.connect(redis.uri());
    context = new AnnotationConfigApplicationContext(App.class);
    jdbc = context.getBean(JdbcTemplate.class);
    transaction = new TransactionTemplate(context.getBean(DataSourceTransactionManager.class));
    cache = context.getBean(CacheAsideCacheManager.class).getCache("planet");
    core = context.getBean(CacheAsideCacheManager.class).cacheAside("planet");
    jdbc.execute("CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
    jdbc.update("INSERT INTO planet VALUES (3, 'Earth')");
  }

  @AfterEach
  void close() {
    context.close();
    store.close();
    redis.close();
  }

  private String name() {
    return jdbc.queryForObject("SELECT name FROM planet WHERE id = 3", String.class);
  }

  private void renameAndEvict() {
    jdbc.update("UPDATE planet SET name = ? WHERE id = 3", NEW);
    cache.evict(3L);
  }

  /** The first change of the transaction comes while another participant is flushed. */
  private static void whileFlushing(Runnable change) {
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void beforeCommit(boolean readOnly) {
            change.run();
          }
        });
  }

  private void assertFenced() {
    assertThat(core.read(3L, key -> OLD).outcome()).isEqualTo(Outcome.BYPASSED);
  }

  private void assertChanged() {
    assertThat(core.read(3L, key -> name()).toOptional()).contains(NEW);
    assertThat(core.look(3L).isCached()).as("the fence is gone").isTrue();
  }

  @Test
  void theFirstEvictionOfAll_whileAnotherIsFlushed_isFenced() {
    cache.put(3L, OLD);
    inTheCommit = this::assertFenced;
    transaction.executeWithoutResult(status -> whileFlushing(this::renameAndEvict));
    inTheCommit = () -> {};
    assertChanged();
  }

  @Test
  void theFirstEvictionOfAll_withinTheCommit_isFenced() {
    cache.put(3L, OLD);
    inTheCommit =
        () -> {
          renameAndEvict();
          assertFenced();
        };
    transaction.executeWithoutResult(status -> {});
    inTheCommit = () -> {};
    assertChanged();
  }

  @Test
  void anEvictionOfAll_withinTheCommit_isFenced() {
    cache.put(3L, OLD);
    inTheCommit =
        () -> {
          cache.clear();
          core.read(3L, key -> OLD);
          assertThat(core.look(3L).isCached()).as("a fence around all").isFalse();
        };
    transaction.executeWithoutResult(status -> {});
    inTheCommit = () -> {};
    assertThat(core.look(3L).isCached()).isFalse();
  }

  @Test
  void aLateEviction_thatCantBeFenced_rollsBack() {
    cache.put(3L, OLD);
    redis.kill();
    assertThatThrownBy(
            () -> transaction.executeWithoutResult(status -> whileFlushing(this::renameAndEvict)))
        .isInstanceOf(WriteNotBegunException.class);
    assertThat(name()).isEqualTo(OLD);
    assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
  }

  @Test
  void aRollback_andASuspendedTransaction_leaveNothingBehind() {
    TransactionTemplate another = new TransactionTemplate(transaction.getTransactionManager());
    another.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    cache.put(3L, OLD);
    transaction.executeWithoutResult(
        outer -> {
          another.executeWithoutResult(inner -> {});
          outer.setRollbackOnly();
        });
    assertThat(TransactionSynchronizationManager.getResourceMap()).isEmpty();
    assertThat(core.look(3L).isCached()).isTrue();
  }

  @Test
  void aNestedTransaction_isNoCommit() {
    TransactionTemplate nested = new TransactionTemplate(transaction.getTransactionManager());
    nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    cache.put(3L, OLD);
    transaction.executeWithoutResult(
        outer -> {
          nested.executeWithoutResult(inner -> renameAndEvict());
          assertThat(core.look(3L).isCached()).as("no fence before the commit").isTrue();
        });
    assertChanged();
  }

  @Test
  void outsideOfASuspendedTransaction_anEvictionIsImmediate() {
    TransactionTemplate none = new TransactionTemplate(transaction.getTransactionManager());
    none.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
    cache.put(3L, OLD);
    transaction.executeWithoutResult(
        outer -> {
          none.executeWithoutResult(
              inner -> {
                renameAndEvict();
                assertThat(core.look(3L).isCached()).isFalse();
              });
          outer.setRollbackOnly();
        });
    assertChanged();
  }
}
