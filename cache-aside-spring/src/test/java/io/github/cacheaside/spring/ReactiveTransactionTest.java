package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CircuitBreaker;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.WriteNotBegunException;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Transactions that belong to a subscriber and not to a thread. */
@Timeout(120)
@SuppressWarnings("NullAway") // what a Mono may lack is here, or the test fails
class ReactiveTransactionTest {
  private static final String OLD = "Earth";
  private static final String NEW = "Terra";

  private static RedisCacheStore store;
  private static TransactionMode mode;

  /** Runs right before the commit of the database. */
  private static Runnable inTheCommit;

  static class Planets {
    private final DatabaseClient client;

    Planets(DatabaseClient client) {
      this.client = client;
    }

    @Cacheable("planet")
    public Mono<String> find(long id) {
      return client
          .sql("SELECT name FROM planet WHERE id = :id")
          .bind("id", id)
          .map(row -> row.get(0, String.class))
          .one();
    }

    @CacheEvict(cacheNames = "planet", key = "#id")
    public Mono<Long> rename(long id, String name) {
      return update(id, name);
    }

    @CacheEvict(cacheNames = "planet", allEntries = true)
    public Mono<Long> renameOneAndEvictAll(long id, String name) {
      return update(id, name);
    }

    @Transactional
    @CacheEvict(cacheNames = "planet", key = "#id")
    public Mono<Long> renameInATransactionOfItsOwn(long id, String name) {
      return update(id, name);
    }

    @CacheEvict(cacheNames = "planet", key = "#id", beforeInvocation = true)
    public Mono<Long> afterItsEviction(long id, Supplier<Mono<Long>> method) {
      return method.get();
    }

    @CacheEvict(cacheNames = "planet", allEntries = true, beforeInvocation = true)
    public Flux<Long> afterTheEvictionOfAll(Supplier<Flux<Long>> method) {
      return method.get();
    }

    @CacheEvict(cacheNames = "planet", key = "#id")
    public Flux<Long> renameTwice(long id, String name, String then) {
      return Flux.concat(update(id, name), update(id, then));
    }

    @CachePut(cacheNames = "planet", key = "#id")
    public Mono<String> remove(long id) {
      return client
          .sql("DELETE FROM planet WHERE id = :id")
          .bind("id", id)
          .then()
          .then(Mono.empty());
    }

    @CacheEvict(cacheNames = "planet", key = "#id")
    public Mono<Long> answerNothing(long id) {
      return null;
    }

    Mono<Long> update(long id, String name) {
      return client
          .sql("UPDATE planet SET name = :name WHERE id = :id")
          .bind("name", name)
          .bind("id", id)
          .fetch()
          .rowsUpdated();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableCacheAside
  @EnableTransactionManagement
  static class App {
    @Bean
    ConnectionFactory connections() {
      return ConnectionFactories.get(
          "r2dbc:h2:mem:///" + UUID.randomUUID() + "?options=DB_CLOSE_DELAY=-1");
    }

    @Bean
    R2dbcTransactionManager transactionManager(ConnectionFactory connections) {
      return new R2dbcTransactionManager(connections) {
        @Override
        protected Mono<Void> doCommit(
            TransactionSynchronizationManager manager, GenericReactiveTransaction status) {
          return Mono.fromRunnable(inTheCommit)
              .subscribeOn(Schedulers.boundedElastic()) // where it may block
              .then(super.doCommit(manager, status));
        }
      };
    }

    @Bean
    Planets planets(ConnectionFactory connections) {
      return new Planets(DatabaseClient.create(connections));
    }

    @Bean
    CacheAsideCacheManager cacheManager() {
      return CacheAsideCacheManager.builder(store)
          .namespace("t" + UUID.randomUUID())
          .transactions(mode)
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
  private Planets planets;
  private DatabaseClient client;
  private CacheAside<Object, Object> core;
  private TransactionalOperator transaction;

  @BeforeEach
  void open() {
    inTheCommit = () -> {};
    redis = TestServers.newRedis();
    store = RedisCacheStore.connect(redis.uri());
    start(TransactionMode.FENCED);
  }

  private void start(TransactionMode of) {
    mode = of;
    context = new AnnotationConfigApplicationContext(App.class);
    planets = context.getBean(Planets.class);
    client = DatabaseClient.create(context.getBean(ConnectionFactory.class));
    core = context.getBean(CacheAsideCacheManager.class).cacheAside("planet");
    transaction = TransactionalOperator.create(context.getBean(R2dbcTransactionManager.class));
    client.sql("CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))").then().block();
    client.sql("INSERT INTO planet VALUES (3, 'Earth')").then().block();
  }

  @AfterEach
  void close() {
    context.close();
    store.close();
    redis.close();
  }

  private String found() {
    return planets.find(3).block();
  }

  private Mono<Long> updated() {
    return client.sql("UPDATE planet SET name = 'Terra' WHERE id = 3").fetch().rowsUpdated();
  }

  private void assertFenced() {
    assertThat(core.read(3L, key -> OLD).outcome()).isEqualTo(Outcome.BYPASSED);
  }

  @Test
  void anEvictionInATransaction_isFencedUntilItsCommit() {
    assertThat(found()).isEqualTo(OLD);
    inTheCommit = this::assertFenced;
    transaction.transactional(planets.rename(3, NEW)).block();
    inTheCommit = () -> {};
    assertThat(core.look(3L).isCached()).isFalse();
    assertThat(found()).isEqualTo(NEW);
    assertThat(core.read(3L, key -> OLD).outcome()).as("no fence").isEqualTo(Outcome.HIT);
  }

  @Test
  void anEvictionInAMethodsOwnTransaction_isFencedUntilItsCommit() {
    assertThat(found()).isEqualTo(OLD);
    inTheCommit = this::assertFenced;
    planets.renameInATransactionOfItsOwn(3, NEW).block();
    inTheCommit = () -> {};
    assertThat(found()).isEqualTo(NEW);
  }

  @Test
  void anEvictionOfAll_isFencedUntilTheCommit() {
    assertThat(found()).isEqualTo(OLD);
    inTheCommit =
        () -> {
          core.read(3L, key -> OLD);
          assertThat(core.look(3L).isCached()).as("a fence around all").isFalse();
        };
    transaction.transactional(planets.renameOneAndEvictAll(3, NEW)).block();
    inTheCommit = () -> {};
    assertThat(found()).isEqualTo(NEW);
  }

  @Test
  void itsOwnChanges_areReadAndNotCached() {
    assertThat(found()).isEqualTo(OLD);
    String within =
        transaction
            .execute(
                status -> {
                  status.setRollbackOnly();
                  return planets.rename(3, NEW).flatMap(renamed -> planets.find(3));
                })
            .single()
            .block();
    assertThat(within).isEqualTo(NEW);
    assertThat(found()).isEqualTo(OLD);
  }

  @Test
  void aLoad_seesNothingOfTheSubscribersTransaction() {
    String within =
        transaction
            .execute(
                status -> {
                  status.setRollbackOnly();
                  return updated().flatMap(renamed -> planets.find(3));
                })
            .single()
            .block();
    assertThat(within).isEqualTo(OLD);
    assertThat(found()).isEqualTo(OLD);
  }

  @Test
  void withoutATransaction_anEvictionIsImmediate() {
    assertThat(found()).isEqualTo(OLD);
    planets.rename(3, NEW).block();
    assertThat(core.look(3L).isCached()).isFalse();
    assertThat(found()).isEqualTo(NEW);
  }

  @Test
  void whatCantBeFenced_isRolledBack() {
    assertThat(found()).isEqualTo(OLD);
    redis.kill();
    assertThatThrownBy(() -> transaction.transactional(planets.rename(3, NEW)).block())
        .isInstanceOf(WriteNotBegunException.class);
    assertThat(found()).isEqualTo(OLD);
  }

  @Test
  void afterCommit_noFenceStandsBefore() {
    context.close();
    start(TransactionMode.AFTER_COMMIT);
    assertThat(found()).isEqualTo(OLD);
    inTheCommit = () -> assertThat(core.look(3L).isCached()).isTrue();
    transaction.transactional(planets.rename(3, NEW)).block();
    inTheCommit = () -> {};
    assertThat(core.look(3L).isCached()).isFalse();
  }

  private void awaitEviction() {
    while (core.look(3L).isCached()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsEvictedBefore_isSo_thoughThePublisherErrs() {
    assertThat(found()).isEqualTo(OLD);
    Supplier<Mono<Long>> failing =
        () ->
            Mono.defer(
                () -> {
                  assertThat(core.look(3L).isCached()).as("when it begins").isFalse();
                  return Mono.error(new IllegalStateException("failed"));
                });
    assertThatThrownBy(() -> planets.afterItsEviction(3, failing).block()).hasMessage("failed");
    assertThat(core.look(3L).isCached()).isFalse();

    assertThat(found()).isEqualTo(OLD);
    assertThatThrownBy(() -> planets.afterTheEvictionOfAll(() -> failing.get().flux()).blockLast())
        .hasMessage("failed");
    assertThat(core.look(3L).isCached()).isFalse();
  }

  @Test
  void whatIsEvictedBefore_isSo_thoughTheSubscriberCancels() {
    assertThat(found()).isEqualTo(OLD);
    planets.afterItsEviction(3, Mono::never).subscribe().dispose();
    awaitEviction();
    assertThat(found()).isEqualTo(OLD);
    planets.afterTheEvictionOfAll(Flux::never).subscribe().dispose();
    awaitEviction();
  }

  @Test
  void anEvictionIsMade_thoughTheSubscriberToManyValuesHasEnough() {
    assertThat(found()).isEqualTo(OLD);
    assertThat(planets.renameTwice(3, "Gaia", NEW).next().block()).isOne();
    awaitEviction();
    assertThat(found()).isNotEqualTo(OLD);
  }

  /** Redis answers no fence; the subscriber gives up waiting, and commits. */
  @Test
  void anEvictionIsMade_thoughTheSubscriberCancelsWhileItsFenceIsPlaced() {
    assertThat(found()).isEqualTo(OLD);
    redis.pause();
    inTheCommit =
        () -> {
          redis.resume();
          awaitEviction();
          await() // another reader fills what is not committed yet
              .atMost(Duration.ofMinutes(1))
              .until(() -> core.read(3L, key -> OLD).outcome() == Outcome.HIT);
        };
    transaction
        .transactional(
            planets
                .rename(3, NEW)
                .timeout(Duration.ofSeconds(1))
                .onErrorResume(TimeoutException.class, e -> Mono.just(0L)))
        .block();
    assertThat(found()).isEqualTo(NEW);
  }

  /** It was a hit without a value, though the transaction may be rolled back. */
  @Test
  void aPutOfNothing_isAnEviction() {
    assertThat(found()).isEqualTo(OLD);
    transaction
        .execute(
            status -> {
              status.setRollbackOnly();
              return planets.remove(3);
            })
        .blockLast();
    assertThat(found()).isEqualTo(OLD);
    planets.remove(3).block();
    assertThat(core.look(3L).isCached()).isFalse();
  }

  @Test
  void whatIsEvictedBefore_isSo_thoughTheMethodThrows_orHasNoSubscriber() {
    assertThat(found()).isEqualTo(OLD);
    assertThatThrownBy(
            () ->
                planets.afterItsEviction(
                    3,
                    () -> {
                      throw new IllegalStateException("thrown");
                    }))
        .hasMessage("thrown");
    awaitEviction();
    assertThat(found()).isEqualTo(OLD);
    Mono<Long> unused = planets.afterItsEviction(3, Mono::empty);
    awaitEviction();
  }

  @Test
  void whatIsEvictedBefore_isAwaitedByTheAnswer_andByNoThread() {
    assertThat(found()).isEqualTo(OLD);
    redis.pause();
    Mono<Long> answer = planets.afterItsEviction(3, () -> Mono.just(1L));
    redis.resume();
    answer.block();
    assertThat(core.look(3L).isCached()).isFalse();
  }

  /** The thread that reads what Redis answers must not block: then no answer came any more. */
  @Test
  void whatFollowsAnEviction_runsOnNoThreadOfTheStore() {
    assertThat(found()).isEqualTo(OLD);
    redis.pause();
    CompletableFuture<String> after =
        planets.rename(3, NEW).map(renamed -> Thread.currentThread().getName()).toFuture();
    CompletableFuture<String> before =
        planets
            .afterItsEviction(3, () -> Mono.just(1L))
            .map(renamed -> Thread.currentThread().getName())
            .toFuture();
    redis.resume();
    assertThat(after.join()).startsWith("boundedElastic");
    assertThat(before.join()).startsWith("boundedElastic");
  }

  @Test
  void whatIsEvictedBefore_staysFencedUntilTheCommit() {
    assertThat(found()).isEqualTo(OLD);
    inTheCommit = this::assertFenced;
    transaction.transactional(planets.afterItsEviction(3, () -> planets.update(3, NEW))).block();
    inTheCommit = () -> {};
    assertThat(found()).isEqualTo(NEW);
    assertThat(core.read(3L, key -> OLD).outcome()).as("no fence").isEqualTo(Outcome.HIT);
  }

  @Test
  void whatIsEvictedBefore_staysFenced_allEntriesToo() {
    assertThat(found()).isEqualTo(OLD);
    inTheCommit =
        () -> {
          core.read(3L, key -> OLD);
          assertThat(core.look(3L).isCached()).as("a fence around all").isFalse();
        };
    transaction
        .transactional(planets.afterTheEvictionOfAll(() -> planets.update(3, NEW).flux()))
        .blockLast();
    inTheCommit = () -> {};
    assertThat(found()).isEqualTo(NEW);
  }

  @Test
  void anEvictionWithoutAPublisher_isMadeAllTheSame() {
    assertThat(found()).isEqualTo(OLD);
    assertThat(planets.answerNothing(3)).isNull();
    awaitEviction();
  }
}
