package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.CircuitBreaker;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.UnfencedWrites;
import io.github.cacheaside.WriteNotBegunException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.github.cacheaside.testkit.WithServers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

@WithServers
@SuppressWarnings("NullAway") // Spring's answers may be null; here they are not, or the test fails
class TransactionTest {
  private static final String OLD = "Earth";
  private static final String NEW = "Terra";

  private static final String NAMESPACE = "t" + UUID.randomUUID();

  private static RedisCacheStore store;

  @Configuration(proxyBeanMethods = false)
  @EnableCacheAside
  static class App {
    @Bean
    DataSource dataSource() {
      return new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
      return new DataSourceTransactionManager(dataSource);
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
          .defaults(all -> all.options(o -> o.storeTimeout(Duration.ofSeconds(5))))
          .build();
    }

    @Bean
    CacheAside<Long, String> planets(JdbcTemplate jdbc) {
      return CacheAside.builder(store, "byHand", Serializer.utf8())
          .namespace("t" + UUID.randomUUID())
          .storeTimeout(Duration.ofSeconds(5))
          .build((Long id) -> name(jdbc, id));
    }
  }

  private AnnotationConfigApplicationContext context;
  private JdbcTemplate jdbc;
  private Cache cache;
  private CacheAside<Object, Object> core;
  private CacheAside<Long, String> planets;
  private CacheTransactions caches;
  private TransactionTemplate transaction;
  private TransactionTemplate another;

  @BeforeEach
  void open(RedisServer redis) {
    store = RedisCacheStore.connect(redis.uri());
    start(App.class);
  }

  @SuppressWarnings("unchecked") // the bean's type
  private void start(Class<?>... configuration) {
    context = new AnnotationConfigApplicationContext(configuration);
    jdbc = context.getBean(JdbcTemplate.class);
    caches = context.getBean(CacheTransactions.class);
    planets = context.getBean(CacheAside.class);
    PlatformTransactionManager manager =
        context.getBean("transactionManager", PlatformTransactionManager.class);
    transaction = new TransactionTemplate(manager);
    another = new TransactionTemplate(manager);
    another.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    CacheAsideCacheManager cacheManager = context.getBean(CacheAsideCacheManager.class);
    cache = cacheManager.getCache("planet");
    core = cacheManager.cacheAside("planet");
    jdbc.execute("CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
    jdbc.update("INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')");
  }

  @AfterEach
  void close() {
    context.close();
    store.close();
  }

  private static String name(JdbcTemplate jdbc, long id) {
    return jdbc.queryForList("SELECT name FROM planet WHERE id = ?", String.class, id).stream()
        .findFirst()
        .orElse(null);
  }

  private String read(long id) {
    return cache.get(id, () -> name(jdbc, id));
  }

  private void rename(long id, String name) {
    jdbc.update("UPDATE planet SET name = ? WHERE id = ?", name, id);
  }

  /** What another thread, without a transaction, finds cached. */
  private boolean isCached(long id) {
    return core.look(id).isCached();
  }

  /** A read does not wait for its fill. */
  private void awaitCached(long id) {
    await().atMost(Duration.ofMinutes(1)).until(() -> isCached(id));
  }

  @Test
  void anEviction_waitsForTheCommit() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          cache.evict(3L);
          assertThat(isCached(3)).isTrue();
        });
    assertThat(isCached(3)).isFalse();
    assertThat(read(3)).isEqualTo(NEW);
  }

  @Test
  void aFence_standsWhenTheCommitBegins_andIsGoneAfterIt() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          cache.evict(3L);
          TransactionSynchronizationManager.registerSynchronization(
              new TransactionSynchronization() {
                @Override
                public void beforeCompletion() {
                  assertThat(core.read(3L, key -> OLD).outcome()).isEqualTo(Outcome.BYPASSED);
                  assertThat(isCached(3)).isFalse();
                }
              });
        });
    assertThat(core.read(3L, key -> NEW).outcome()).isEqualTo(Outcome.LOADED);
    awaitCached(3);
  }

  @Test
  void aRollback_leavesWhatIsCached() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          cache.evict(3L);
          status.setRollbackOnly();
        });
    awaitCached(3);
    assertThat(read(3)).isEqualTo(OLD);
  }

  @Test
  void itsOwnChanges_areReadFromTheDatabaseAndNotCached() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          cache.evict(3L);
          assertThat(read(3)).isEqualTo(NEW);
          assertThat(cache.get(3L)).isNull();
          status.setRollbackOnly();
        });
    assertThat(read(3)).isEqualTo(OLD);
  }

  @Test
  void aLoad_seesNothingOfTheCallersTransaction() {
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          assertThat(read(3)).isEqualTo(OLD);
          assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
          assertThat(name(jdbc, 3)).isEqualTo(NEW);
        });
  }

  @Test
  void aLoad_findsNoSessionOfTheThread_whichIsThereAgainAfterwards() {
    Object factory = new Object();
    Object session = new Object();
    TransactionSynchronizationManager.bindResource(factory, session);
    try {
      cache.get(
          3L,
          () -> {
            assertThat(TransactionSynchronizationManager.hasResource(factory)).isFalse();
            TransactionSynchronizationManager.bindResource(factory, "its own");
            TransactionSynchronizationManager.unbindResource(factory);
            return OLD;
          });
      assertThat(TransactionSynchronizationManager.getResource(factory)).isSameAs(session);
      assertThatThrownBy(
              () ->
                  cache.get(
                      4L,
                      () -> {
                        throw new IllegalStateException("no");
                      }))
          .isInstanceOf(Cache.ValueRetrievalException.class);
      assertThat(TransactionSynchronizationManager.getResource(factory)).isSameAs(session);
    } finally {
      TransactionSynchronizationManager.unbindResource(factory);
    }
    assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isFalse();
  }

  @Test
  void aPut_isAnEvictionByTheCommit() {
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          cache.put(3L, NEW);
          assertThat(isCached(3)).isFalse();
        });
    assertThat(isCached(3)).isFalse();
    assertThat(read(3)).isEqualTo(NEW);
  }

  @Test
  void aNewTransactionInside_hasItsOwnChanges() {
    assertThat(read(3)).isEqualTo(OLD);
    assertThat(read(4)).isEqualTo("Mars");
    awaitCached(3);
    awaitCached(4);
    transaction.executeWithoutResult(
        outer -> {
          cache.evict(3L);
          another.executeWithoutResult(
              inner -> {
                rename(4, NEW);
                cache.evict(4L);
                assertThat(cache.get(3L)).isNotNull();
              });
          assertThat(isCached(4)).isFalse();
          awaitCached(3);
          assertThat(cache.get(3L)).isNull();
          outer.setRollbackOnly();
        });
    awaitCached(3);
    assertThat(read(4)).isEqualTo(NEW);
  }

  @Test
  void aNestedTransaction_thatIsRolledBack_evictsAllTheSame() {
    TransactionTemplate nested = new TransactionTemplate(transaction.getTransactionManager());
    nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        outer ->
            nested.executeWithoutResult(
                inner -> {
                  cache.evict(3L);
                  inner.setRollbackOnly();
                }));
    assertThat(isCached(3)).isFalse();
  }

  @Test
  void aReadOnlyTransaction_evictsToo() {
    TransactionTemplate readOnly = new TransactionTemplate(transaction.getTransactionManager());
    readOnly.setReadOnly(true);
    assertThat(read(3)).isEqualTo(OLD);
    readOnly.executeWithoutResult(status -> cache.evict(3L));
    assertThat(isCached(3)).isFalse();
  }

  @Test
  void anImmediateEviction_isImmediateAndHoldsUntilTheEnd() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          assertThat(cache.evictIfPresent(3L)).isTrue();
          rename(3, NEW);
          assertThat(core.read(3L, key -> OLD).outcome()).isEqualTo(Outcome.BYPASSED);
        });
    assertThat(read(3)).isEqualTo(NEW);
  }

  @Test
  void anEvictionOfAll_isFencedToo() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          cache.clear();
          TransactionSynchronizationManager.registerSynchronization(
              new TransactionSynchronization() {
                @Override
                public void beforeCompletion() {
                  core.read(4L, key -> "Mars");
                  assertThat(isCached(4)).isFalse();
                }
              });
        });
    assertThat(core.read(4L, key -> "Mars").outcome()).isEqualTo(Outcome.LOADED);
    assertThat(read(3)).isEqualTo(NEW);
  }

  @Test
  void clear_waitsForTheCommit() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          cache.clear();
          assertThat(isCached(3)).isTrue();
          assertThat(cache.get(3L)).isNull();
        });
    assertThat(isCached(3)).isFalse();
  }

  @Test
  void manyKeys_areInvalidatedByTheCommit() {
    assertThat(read(3)).isEqualTo(OLD);
    assertThat(read(4)).isEqualTo("Mars");
    // docs: many
    transaction.executeWithoutResult(
        status -> {
          jdbc.update("UPDATE planet SET name = 'Terra' WHERE id IN (3, 4)");
          caches.invalidate("planet", List.of(3L, 4L));
        });
    // docs: end
    assertThat(read(3)).isEqualTo(NEW);
    assertThat(read(4)).isEqualTo(NEW);
    caches.invalidate("planet", List.of(3L, 4L));
    assertThat(isCached(3)).isFalse();
  }

  @Test
  void aCacheByHand_takesPart() {
    assertThat(planets.get(3L)).contains(OLD);
    // docs: byHand
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          planets.invalidate(3L); // before the commit, and right all the same
        });
    // docs: end
    assertThat(planets.get(3L)).contains(NEW);

    transaction.executeWithoutResult(
        status -> {
          rename(3, "Gaia");
          assertThat(planets.get(3L)).contains(NEW);
          planets.invalidate(3L);
          assertThat(planets.read(3L).outcome()).isEqualTo(Outcome.BYPASSED);
          assertThat(planets.get(3L)).contains("Gaia");
          status.setRollbackOnly();
        });
    assertThat(planets.get(3L)).contains(NEW);
  }

  @Test
  void aCacheByHand_loadsOutsideOfTheTransaction() {
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          assertThat(planets.get(3L)).contains(OLD);
        });
  }

  @Test
  void evictions_whileAnotherIsFlushed_areFencedToo() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status ->
            TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                  @Override
                  public void beforeCommit(boolean readOnly) {
                    rename(3, NEW);
                    cache.evict(3L);
                  }
                }));
    assertThat(isCached(3)).isFalse();
    assertThat(read(3)).isEqualTo(NEW);
  }

  @Test
  void evictions_afterTheCommit_areDone() {
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status ->
            TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                  @Override
                  public void afterCommit() {
                    cache.evict(3L);
                  }
                }));
    assertThat(isCached(3)).isFalse();
  }

  @Test
  void whatCantBeFenced_isRolledBack() {
    try (RedisServer own = TestServers.newRedis();
        RedisCacheStore mine = RedisCacheStore.connect(own.uri())) {
      Cache lost = inItsOwnTransactions(mine, TransactionMode.FENCED, UnfencedWrites.FAIL);
      own.kill();
      assertThatThrownBy(
              () ->
                  transaction.executeWithoutResult(
                      status -> {
                        rename(3, NEW);
                        lost.evict(3L);
                      }))
          .isInstanceOf(WriteNotBegunException.class);
      assertThat(name(jdbc, 3)).isEqualTo(OLD);
    }
  }

  /** As a {@code CacheErrorHandler} that only logs does. */
  @Test
  void whatCouldNotBeEvictedBefore_isRolledBack_thoughItsFailureIsSwallowed() {
    try (RedisServer own = TestServers.newRedis();
        RedisCacheStore mine = RedisCacheStore.connect(own.uri())) {
      Cache lost = inItsOwnTransactions(mine, TransactionMode.FENCED, UnfencedWrites.FAIL);
      own.kill();
      for (Runnable evicted : List.<Runnable>of(() -> lost.evictIfPresent(3L), lost::invalidate)) {
        assertThatThrownBy(
                () ->
                    transaction.executeWithoutResult(
                        status -> {
                          rename(3, NEW);
                          assertThatThrownBy(evicted::run).isInstanceOf(CacheStoreException.class);
                        }))
            .isInstanceOf(WriteNotBegunException.class);
        assertThat(name(jdbc, 3)).isEqualTo(OLD);
      }
    }
  }

  @Test
  void withoutRedis_theOthersCommit() {
    try (RedisServer own = TestServers.newRedis();
        RedisCacheStore mine = RedisCacheStore.connect(own.uri())) {
      Cache degraded = inItsOwnTransactions(mine, TransactionMode.FENCED, UnfencedWrites.DEGRADE);
      Cache after = inItsOwnTransactions(mine, TransactionMode.AFTER_COMMIT, UnfencedWrites.FAIL);
      own.kill();
      transaction.executeWithoutResult(
          status -> {
            rename(3, NEW);
            degraded.evict(3L);
          });
      transaction.executeWithoutResult(
          status -> {
            rename(4, NEW);
            after.evict(3L);
          });
      assertThat(name(jdbc, 3)).isEqualTo(NEW);
      assertThat(name(jdbc, 4)).isEqualTo(NEW);
    }
  }

  /** Its releases are lost, as when the JVM dies right after the commit. */
  private static final class Dying extends ForwardingCacheStore {
    Dying(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return CompletableFuture.failedFuture(new IllegalStateException("the JVM is dead"));
    }

    @Override
    public CompletionStage<Boolean> drop(String key) {
      return CompletableFuture.failedFuture(new IllegalStateException("the JVM is dead"));
    }
  }

  @Test
  void aWriterThatDiesAfterTheCommit_leavesNothingOld() {
    Cache dying =
        inItsOwnTransactions(new Dying(store), TransactionMode.FENCED, UnfencedWrites.FAIL);
    Cache other = inItsOwnTransactions(store, TransactionMode.FENCED, UnfencedWrites.FAIL);
    other.put(3L, OLD);
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          dying.evict(3L);
        });
    assertThat(other.get(3L)).isNull();
    assertThat(other.get(3L, () -> name(jdbc, 3))).isEqualTo(NEW);
    await().atMost(Duration.ofMinutes(1)).until(() -> read(other, 3) == Outcome.LOADED);
  }

  @Test
  void withoutAFence_whatAWriterLeavesThatDiesIsOld() {
    Cache dying =
        inItsOwnTransactions(new Dying(store), TransactionMode.AFTER_COMMIT, UnfencedWrites.FAIL);
    Cache other = inItsOwnTransactions(store, TransactionMode.FENCED, UnfencedWrites.FAIL);
    other.put(3L, OLD);
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          dying.evict(3L);
        });
    assertThat(other.get(3L, () -> name(jdbc, 3))).isEqualTo(OLD);
  }

  private Outcome read(Cache cache, long id) {
    return planetOf(cache).read(id, key -> name(jdbc, id)).outcome();
  }

  private static Cache inItsOwnTransactions(
      CacheStore store, TransactionMode mode, UnfencedWrites policy) {
    return CacheAsideCacheManager.builder(store)
        .namespace(NAMESPACE)
        .transactions(mode)
        .types(name -> String.class)
        .defaults(
            all -> all.options(o -> o.circuitBreaker(CircuitBreaker.off()).unfencedWrites(policy)))
        .build()
        .getCache("planet");
  }

  @Test
  void afterCommit_noFenceStandsBefore() {
    Cache after = inItsOwnTransactions(store, TransactionMode.AFTER_COMMIT, UnfencedWrites.FAIL);
    after.put(3L, OLD);
    transaction.executeWithoutResult(
        status -> {
          after.evict(3L);
          TransactionSynchronizationManager.registerSynchronization(
              new TransactionSynchronization() {
                @Override
                public void beforeCompletion() {
                  assertThat(planetOf(after).look(3L).isCached()).isTrue();
                }
              });
        });
    assertThat(planetOf(after).look(3L).isCached()).isFalse();
  }

  @Test
  void aManagerThatIsNoBean_isolatesItsLoadsToo() {
    Cache alone = inItsOwnTransactions(store, TransactionMode.FENCED, UnfencedWrites.FAIL);
    alone.clear();
    transaction.executeWithoutResult(
        status -> {
          rename(3, NEW);
          assertThat(alone.get(3L, () -> name(jdbc, 3))).isEqualTo(OLD);
          assertThat(name(jdbc, 3)).isEqualTo(NEW);
          alone.evict(3L);
          assertThat(alone.get(3L, () -> name(jdbc, 3))).isEqualTo(NEW);
        });
    assertThat(alone.get(3L, () -> name(jdbc, 3))).isEqualTo(NEW);
    assertThat(name(jdbc, 3)).isEqualTo(NEW);
  }

  @SuppressWarnings("unchecked") // it is ours
  private static CacheAside<Object, Object> planetOf(Cache cache) {
    return (CacheAside<Object, Object>) cache.getNativeCache();
  }

  @Configuration(proxyBeanMethods = false)
  static class SecondDatabase {
    @Bean
    PlatformTransactionManager otherManager() {
      return new DataSourceTransactionManager(
          new DriverManagerDataSource("jdbc:h2:mem:" + UUID.randomUUID()));
    }
  }

  @Test
  void amongSeveralManagers_theFenceStandsFromTheStart() {
    context.close();
    start(App.class, SecondDatabase.class);
    assertThat(read(3)).isEqualTo(OLD);
    awaitCached(3);
    transaction.executeWithoutResult(
        status -> {
          cache.evict(3L);
          assertThat(core.read(3L, key -> OLD).outcome()).isEqualTo(Outcome.BYPASSED);
        });
    assertThat(core.read(3L, key -> NEW).outcome()).isEqualTo(Outcome.LOADED);
  }
}
