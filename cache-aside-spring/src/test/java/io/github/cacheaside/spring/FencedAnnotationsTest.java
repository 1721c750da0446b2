package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.Cache;
import org.springframework.cache.annotation.CacheConfig;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.Caching;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@WithServers
@SuppressWarnings("NullAway") // Spring's answers may be null; here they are not, or the test fails
class FencedAnnotationsTest {
  private static RedisCacheStore store;

  interface Cities {
    @Cacheable("city")
    String city(long id);
  }

  static class CitiesInMemory implements Cities {
    final AtomicInteger calls = new AtomicInteger();

    @Override
    public String city(long id) {
      return "city " + calls.incrementAndGet();
    }
  }

  @CacheConfig(cacheNames = "planet")
  static class Planets {
    final AtomicInteger calls = new AtomicInteger();
    final JdbcTemplate jdbc;
    volatile Runnable afterReading = () -> {};

    Planets(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    @Cacheable
    public @Nullable String find(long id) {
      calls.incrementAndGet();
      List<String> names =
          jdbc.queryForList("SELECT name FROM planet WHERE id = ?", String.class, id);
      afterReading.run();
      return names.isEmpty() ? null : names.get(0);
    }

    @Cacheable(sync = true)
    public @Nullable String findInSync(long id) {
      return find(id);
    }

    @Cacheable
    public Optional<String> findOptional(long id) {
      return Optional.ofNullable(find(id));
    }

    @Cacheable
    @Transactional(readOnly = true)
    public @Nullable String findInTransaction(long id) {
      assertThat(TransactionSynchronizationManager.isActualTransactionActive()).isTrue();
      return find(id);
    }

    @Cacheable(unless = "#result == 'Mars'")
    public @Nullable String findUnlessMars(long id) {
      return find(id);
    }

    @Cacheable(condition = "#id > 3")
    public @Nullable String findBeyondEarth(long id) {
      return find(id);
    }

    @Cacheable({"planet", "second"})
    public @Nullable String findInBoth(long id) {
      return find(id);
    }

    @Cacheable
    public String fail(long id) {
      throw new IllegalArgumentException("no planet " + id);
    }

    @Cacheable
    public String byBuilder(StringBuilder name) {
      return name.toString();
    }

    @Cacheable
    public CompletableFuture<@Nullable String> findLater(long id) {
      return CompletableFuture.completedFuture(find(id));
    }

    @Cacheable
    public Mono<String> findMono(long id) {
      return Mono.fromCallable(() -> find(id));
    }

    @Cacheable("list")
    public Flux<String> findAll() {
      return Flux.defer(
          () -> Flux.fromIterable(jdbc.queryForList("SELECT name FROM planet", String.class)));
    }

    @CacheEvict(key = "#id")
    public void rename(long id, String name) {
      jdbc.update("UPDATE planet SET name = ? WHERE id = ?", name, id);
    }

    @Transactional
    @CacheEvict(key = "#id")
    public void renameInTransaction(long id, String name, Runnable beforeCommit) {
      jdbc.update("UPDATE planet SET name = ? WHERE id = ?", name, id);
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void beforeCompletion() {
              beforeCommit.run();
            }
          });
    }

    @CacheEvict(key = "#id", beforeInvocation = true)
    public void evictBefore(long id) {
      throw new IllegalStateException("after the eviction");
    }

    @CacheEvict(allEntries = true)
    public void evictAll() {}

    @CachePut(key = "#id")
    public String put(long id, String name) {
      return name;
    }

    @Caching(evict = {@CacheEvict("planet"), @CacheEvict("second")})
    public void evictBoth(long id) {}

    @CacheEvict(key = "#id")
    public Mono<Integer> renameMono(long id, String name) {
      return Mono.fromCallable(
          () -> jdbc.update("UPDATE planet SET name = ? WHERE id = ?", name, id));
    }

    @CacheEvict(key = "#id")
    public CompletableFuture<Integer> renameLater(long id, String name) {
      return CompletableFuture.completedFuture(
          jdbc.update("UPDATE planet SET name = ? WHERE id = ?", name, id));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCacheAside
  static class App extends Naive {}

  /** What it would be without fences; it must fail where they hold. */
  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableTransactionManagement(proxyTargetClass = true)
  static class Naive {
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
          .cache("list", list -> list.type(List.class))
          .defaults(all -> all.options(o -> o.storeTimeout(Duration.ofSeconds(5))))
          .build();
    }

    @Bean
    Planets planets(JdbcTemplate jdbc) {
      return new Planets(jdbc);
    }

    @Bean
    CitiesInMemory cities() {
      return new CitiesInMemory();
    }
  }

  private AnnotationConfigApplicationContext context;
  private Planets planets;
  private Planets target;
  private JdbcTemplate jdbc;
  private Cache cache;
  private CacheAside<Object, Object> core;
  private TransactionTemplate transaction;

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    store = RedisCacheStore.connect(redis.uri());
    start(App.class);
  }

  private void start(Class<?> app) throws Exception {
    context = new AnnotationConfigApplicationContext(app);
    planets = context.getBean(Planets.class);
    target =
        (Planets)
            ((org.springframework.aop.framework.Advised) planets).getTargetSource().getTarget();
    jdbc = context.getBean(JdbcTemplate.class);
    transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
    CacheAsideCacheManager manager = context.getBean(CacheAsideCacheManager.class);
    cache = manager.getCache("planet");
    core = manager.cacheAside("planet");
    jdbc.execute("CREATE TABLE planet (id BIGINT PRIMARY KEY, name VARCHAR(30))");
    jdbc.update("INSERT INTO planet VALUES (3, 'Earth'), (4, 'Mars')");
  }

  @AfterEach
  void close() {
    context.close();
    store.close();
  }

  private int calls() {
    return target.calls.get();
  }

  @Test
  void aPlainCacheable_isCached() {
    assertThat(planets.find(3)).isEqualTo("Earth");
    assertThat(planets.find(3)).isEqualTo("Earth");
    assertThat(planets.find(5)).isNull();
    assertThat(planets.find(5)).isNull();
    assertThat(calls()).isEqualTo(2);
  }

  @Test
  void aPlainCacheable_thatWasOvertakenByAnEviction_fillsNothing() {
    target.afterReading =
        () -> {
          target.afterReading = () -> {};
          planets.rename(3, "Terra"); // by another thread, between the read and the put
        };
    // docs: fenced
    assertThat(planets.find(3)).isEqualTo("Earth"); // it was read before the change
    assertThat(planets.find(3)).isEqualTo("Terra"); // without fences: Earth, until the TTL ends
    // docs: end
  }

  @Test
  void withoutFences_theOldValueStays() throws Exception {
    context.close();
    start(Naive.class);
    target.afterReading =
        () -> {
          target.afterReading = () -> {};
          planets.rename(3, "Terra");
        };
    assertThat(planets.find(3)).isEqualTo("Earth");
    assertThat(planets.find(3)).isEqualTo("Earth");
    assertThat(calls()).isEqualTo(1);
  }

  @Test
  void aPlainCacheable_isCalledOnceForAll() throws Exception {
    int callers = 8;
    CountDownLatch reading = new CountDownLatch(1);
    target.afterReading =
        () -> {
          try {
            reading.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(callers);
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      answers.add(pool.submit(() -> planets.find(3)));
    }
    reading.countDown();
    for (Future<String> answer : answers) {
      assertThat(answer.get()).isEqualTo("Earth");
    }
    pool.shutdown();
    assertThat(calls()).isEqualTo(1);
  }

  @Test
  void aFailure_passesAsItIs_andLeavesNoRightBehind() {
    assertThatThrownBy(() -> planets.fail(3))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("no planet 3");
    assertThat(core.read(3L, key -> "Earth").outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void unless_leavesNoRightBehind() {
    assertThat(planets.findUnlessMars(4)).isEqualTo("Mars");
    assertThat(core.look(4L).isCached()).isFalse();
    assertThat(core.read(4L, key -> "Mars").outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void conditions_optionals_severalCaches_andInterfaces() {
    planets.findBeyondEarth(3);
    assertThat(cache.get(3L)).isNull();
    assertThat(planets.findOptional(3)).contains("Earth");
    assertThat(planets.findOptional(3)).contains("Earth");
    assertThat(planets.findOptional(5)).isEmpty();
    assertThat(calls()).isEqualTo(3);

    planets.findInBoth(4);
    planets.evictAll();
    assertThat(cache.get(4L)).isNull();
    assertThat(planets.findInBoth(4)).isEqualTo("Mars"); // from the second
    assertThat(calls()).isEqualTo(4);
    planets.evictBoth(4);
    planets.findInBoth(4);
    assertThat(calls()).isEqualTo(5);

    Cities cities = context.getBean(Cities.class);
    assertThat(cities.city(1)).isEqualTo(cities.city(1));
  }

  @Test
  void puts_andEvictionsBefore() {
    planets.put(3, "Terra");
    assertThat(planets.find(3)).isEqualTo("Terra");
    assertThatThrownBy(() -> planets.evictBefore(3)).isInstanceOf(IllegalStateException.class);
    assertThat(planets.find(3)).isEqualTo("Earth");
  }

  @Test
  void anEviction_inTheSameTransactionalMethod_isFenced() {
    assertThat(planets.find(3)).isEqualTo("Earth");
    List<Outcome> seen = new ArrayList<>();
    planets.renameInTransaction(
        3, "Terra", () -> seen.add(core.read(3L, key -> "Earth").outcome()));
    assertThat(seen).containsExactly(Outcome.BYPASSED);
    assertThat(planets.find(3)).isEqualTo("Terra");
  }

  @Test
  void insideATransaction_aLoadIsIsolated_untilItsKeyIsChanged() {
    transaction.executeWithoutResult(
        status -> {
          jdbc.update("UPDATE planet SET name = 'Terra' WHERE id = 3");
          assertThat(planets.find(3)).isEqualTo("Earth");
          cache.evict(3L);
          assertThat(planets.find(3)).isEqualTo("Terra");
          assertThat(planets.findInSync(3)).isEqualTo("Terra");
          status.setRollbackOnly();
        });
    assertThat(planets.find(3)).isEqualTo("Earth");
  }

  @Test
  void aCacheableMethod_hasItsOwnTransaction_afterTheMissOnly() {
    assertThat(planets.findInTransaction(3)).isEqualTo("Earth");
    DataSource source = context.getBean(DataSource.class);
    assertThat(TransactionSynchronizationManager.hasResource(source)).isFalse();
    transaction.executeWithoutResult(
        status -> {
          jdbc.update("UPDATE planet SET name = 'Terra' WHERE id = 4");
          assertThat(planets.findInTransaction(4)).isEqualTo("Mars");
        });
  }

  @Test
  void aKeyWithoutText_isRefusedWithTheMethodsName() {
    assertThatThrownBy(() -> planets.byBuilder(new StringBuilder("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Planets.byBuilder")
        .hasMessageContaining("java.lang.StringBuilder");
  }

  @Test
  void futuresAndPublishers_areFencedToo() {
    assertThat(planets.findLater(3).join()).isEqualTo("Earth");
    assertThat(planets.findLater(3).join()).isEqualTo("Earth");
    assertThat(planets.findMono(3).block()).isEqualTo("Earth");
    assertThat(calls()).isEqualTo(1);
    assertThat(planets.findMono(4).block()).isEqualTo("Mars");
    assertThat(planets.findMono(4).block()).isEqualTo("Mars");
    assertThat(calls()).isEqualTo(2);
    assertThat(planets.findAll().collectList().block()).containsExactly("Earth", "Mars");
    assertThat(planets.findAll().collectList().block()).containsExactly("Earth", "Mars");

    planets.renameMono(3, "Terra").block();
    assertThat(planets.find(3)).isEqualTo("Terra");
    planets.renameLater(4, "Ares").join();
    assertThat(planets.find(4)).isEqualTo("Ares");
  }

  @Test
  void aFuture_thatWasOvertakenByAnEviction_fillsNothing() {
    target.afterReading =
        () -> {
          target.afterReading = () -> {};
          planets.rename(3, "Terra");
        };
    assertThat(planets.findMono(3).block()).isEqualTo("Earth");
    assertThat(planets.findMono(3).block()).isEqualTo("Terra");
    target.afterReading =
        () -> {
          target.afterReading = () -> {};
          planets.rename(4, "Ares");
        };
    assertThat(planets.findLater(4).join()).isEqualTo("Mars");
    assertThat(planets.findLater(4).join()).isEqualTo("Ares");
  }
}
