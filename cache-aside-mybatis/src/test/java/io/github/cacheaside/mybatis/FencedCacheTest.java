package io.github.cacheaside.mybatis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Date;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.sql.DataSource;
import org.apache.ibatis.cache.impl.PerpetualCache;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.session.TransactionIsolationLevel;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MyBatis' own sessions over a real Redis. Two factories stand for two JVMs. */
@Timeout(120)
final class FencedCacheTest {
  private static RedisCacheStore redis;
  private static RedisCacheStore otherRedis;

  private final String namespace = "app-" + UUID.randomUUID();
  private final AtomicReference<@Nullable Runnable> afterCommit = new AtomicReference<>();
  private final JdbcDataSource database = new JdbcDataSource();
  private CacheAsideInterceptor interceptor;
  private SqlSessionFactory sessions;
  private SqlSessionFactory others;

  @BeforeAll
  static void connect() {
    redis = RedisCacheStore.connect(TestServers.redis().uri());
    otherRedis = RedisCacheStore.connect(TestServers.redis().uri());
  }

  @AfterAll
  static void disconnect() {
    redis.close();
    otherRedis.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    sql("create table planet (id bigint primary key, name varchar(100), born timestamp)");
    sql("create table moon (planet bigint, name varchar(100))");
    sql("insert into planet values (1, 'Mercury', '2000-01-01'), (2, 'Venus', '2001-01-01')");
    sql("insert into moon values (1, 'none')");
    interceptor = interceptor(redis);
    sessions = factory(interceptor);
    others = factory(interceptor(otherRedis));
  }

  private CacheAsideInterceptor interceptor(RedisCacheStore store) {
    return new CacheAsideInterceptor(
        store, cache -> cache.namespace(namespace).storeTimeout(Duration.ofSeconds(4)));
  }

  private void sql(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private SqlSessionFactory factory(CacheAsideInterceptor... interceptors) {
    Configuration configuration =
        new Configuration(new Environment("test", new JdbcTransactionFactory(), hooked()));
    for (CacheAsideInterceptor each : interceptors) {
      configuration.addInterceptor(each);
    }
    configuration.addMapper(Planets.class);
    configuration.addMapper(Planets.Moons.class);
    configuration.addMapper(Naive.class);
    return new SqlSessionFactoryBuilder().build(configuration);
  }

  /** Runs what a test wants to see between the commit in the database and the return from it. */
  private DataSource hooked() {
    return proxy(
        DataSource.class,
        database,
        connection -> proxy(Connection.class, connection, answer -> answer));
  }

  private <T> T proxy(Class<T> type, Object target, Function<Object, @Nullable Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              try {
                Object answer = method.invoke(target, args);
                Runnable hook = method.getName().equals("commit") ? afterCommit.get() : null;
                if (hook != null) {
                  hook.run();
                }
                return method.getName().equals("getConnection") ? answers.apply(answer) : answer;
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  private static @Nullable String name(SqlSession session, long id) {
    Planet found = session.getMapper(Planets.class).find(id);
    return found == null ? null : found.getName();
  }

  /** In a session of its own. */
  private static @Nullable String name(SqlSessionFactory factory, long id) {
    try (SqlSession session = factory.openSession()) {
      return name(session, id);
    }
  }

  private static void rename(SqlSessionFactory factory, long id, String name) {
    try (SqlSession session = factory.openSession()) {
      session.getMapper(Planets.class).rename(id, name);
      session.commit();
    }
  }

  private CacheAside<String, ?> cache() {
    return interceptor.cache(Planets.class.getName()).orElseThrow();
  }

  private void settle() {
    redis.lookup("settled").toCompletableFuture().join();
    otherRedis.lookup("settled").toCompletableFuture().join();
    redis.lookup("settled").toCompletableFuture().join();
  }

  @Test
  void aResultIsCachedForAllJvms() throws Exception {
    assertThat(name(sessions, 1)).isEqualTo("Mercury");
    settle();
    sql("update planet set name = 'changed behind its back'");

    assertThat(name(others, 1)).isEqualTo("Mercury");
    assertThat(name(sessions, 1)).isEqualTo("Mercury");
    assertThat(cache().stats().hits()).isEqualTo(1);
  }

  @Test
  void whatASessionCommitsIsSeenByAll() {
    name(others, 1);
    settle();
    rename(sessions, 1, "Hermes");
    assertThat(name(others, 1)).isEqualTo("Hermes");
    settle();
    rename(others, 1, "Merkur");
    assertThat(name(sessions, 1)).isEqualTo("Merkur");
  }

  /** One session reads, another one changes the row and commits, then the first one puts. */
  private static @Nullable String afterALatePut(SqlSessionFactory one, SqlSessionFactory other) {
    try (SqlSession reader = one.openSession()) {
      assertThat(name(reader, 1)).isEqualTo("Mercury");
      rename(other, 1, "Hermes");
      reader.commit(); // puts what it has read
    }
    return name(other, 1);
  }

  @Test
  void whatWasReadBeforeACommitIsNotPutOverIt() {
    assertThat(afterALatePut(sessions, others)).isEqualTo("Hermes");
  }

  @Test
  void theCacheOfMyBatisPutsItBack() {
    Configuration naive =
        new Configuration(new Environment("test", new JdbcTransactionFactory(), database));
    naive.addMapper(Naive.class);
    SqlSessionFactory factory = new SqlSessionFactoryBuilder().build(naive);
    try (SqlSession reader = factory.openSession();
        SqlSession writer = factory.openSession()) {
      reader.getMapper(Naive.class).find(1);
      writer.getMapper(Naive.class).rename(1, "Hermes");
      writer.commit();
      reader.commit();
    }
    try (SqlSession session = factory.openSession()) {
      assertThat(session.getMapper(Naive.class).find(1)).isEqualTo("Mercury");
    }
  }

  /** The cache that MyBatis has by itself. */
  @org.apache.ibatis.annotations.CacheNamespace(implementation = PerpetualCache.class)
  public interface Naive {
    @org.apache.ibatis.annotations.Select("select name from planet where id = #{id}")
    String find(long id);

    @org.apache.ibatis.annotations.Update("update planet set name = #{name} where id = #{id}")
    int rename(
        @org.apache.ibatis.annotations.Param("id") long id,
        @org.apache.ibatis.annotations.Param("name") String name);
  }

  /** So if this JVM died here, nothing old would stay: MyBatis clears its caches only now. */
  @Test
  void betweenTheCommitAndItsReturn_readersSeeTheNewRow() {
    name(others, 1);
    settle();
    AtomicReference<@Nullable String> between = new AtomicReference<>();
    afterCommit.set(
        () -> {
          afterCommit.set(null);
          between.set(name(others, 1));
        });
    rename(sessions, 1, "Hermes");
    assertThat(between).hasValue("Hermes");
    assertThat(name(others, 1)).isEqualTo("Hermes");
  }

  @Test
  void aRollbackFillsNothing_andGivesTheRightBack() throws Exception {
    try (SqlSession session = sessions.openSession()) {
      assertThat(name(session, 1)).isEqualTo("Mercury");
      session.rollback(true);
    }
    settle();
    sql("update planet set name = 'Hermes' where id = 1");
    assertThat(name(others, 1)).isEqualTo("Hermes");
    settle();
    assertThat(name(sessions, 1)).isEqualTo("Hermes");
    assertThat(cache().stats().hits()).isEqualTo(1);
  }

  @Test
  void whatASessionHasNotCommittedIsNotCached() {
    try (SqlSession session = sessions.openSession()) {
      Planets planets = session.getMapper(Planets.class);
      planets.insert(3, "Vulcan");
      assertThat(name(session, 3)).isEqualTo("Vulcan");
      assertThat(planets.all()).hasSize(3);
      session.rollback();
    }
    assertThat(name(others, 3)).isNull();
    assertThat(name(sessions, 3)).isNull();
  }

  /** Through a mapper with another cache, so nothing but the session knows. */
  @Test
  void aSessionSeesWhatItHasWrittenItself() {
    name(others, 1);
    settle();
    try (SqlSession session = sessions.openSession()) {
      session.getMapper(Naive.class).rename(1, "Hermes");
      assertThat(name(session, 1)).isEqualTo("Hermes");
      session.rollback();
    }
    assertThat(name(others, 1)).isEqualTo("Mercury");
  }

  /** The second query of a snapshot may be older than the right to fill. */
  @Test
  void anOldSnapshotFillsNothing() {
    try (SqlSession reader = sessions.openSession(TransactionIsolationLevel.SERIALIZABLE)) {
      assertThat(name(reader, 1)).isEqualTo("Mercury");
      rename(others, 2, "Aphrodite");
      assertThat(name(reader, 2)).as("the snapshot").isEqualTo("Venus");
      reader.commit();
    }
    settle();
    assertThat(name(others, 2)).isEqualTo("Aphrodite");
  }

  @Test
  void theFirstQueryOfASnapshotFills() throws Exception {
    try (SqlSession reader = sessions.openSession(TransactionIsolationLevel.SERIALIZABLE)) {
      name(reader, 1);
    }
    settle();
    sql("update planet set name = 'changed behind its back'");
    assertThat(name(others, 1)).isEqualTo("Mercury");
  }

  @Test
  void inAutocommitTheFenceIsAroundTheStatement() throws Exception {
    name(others, 1);
    settle();
    try (SqlSession session = sessions.openSession(true)) {
      session.getMapper(Planets.class).rename(1, "Hermes");
      assertThat(name(others, 1)).isEqualTo("Hermes");
    }
    try (SqlSession session = sessions.openSession(ExecutorType.BATCH, true)) {
      session.getMapper(Planets.class).rename(1, "Merkur");
      session.commit();
    }
    assertThat(name(others, 1)).isEqualTo("Merkur");
  }

  @Test
  void nestedSelectsAndMappersThatShareACache() {
    try (SqlSession session = sessions.openSession()) {
      assertThat(session.getMapper(Planets.class).withMoons(1).getMoons()).containsExactly("none");
    }
    settle();
    try (SqlSession session = others.openSession()) {
      assertThat(session.getMapper(Planets.class).withMoons(1).getMoons()).containsExactly("none");
      session.getMapper(Planets.Moons.class).insert(1, "one");
      session.commit();
    }
    try (SqlSession session = sessions.openSession()) {
      assertThat(session.getMapper(Planets.class).withMoons(1).getMoons())
          .containsExactly("none", "one");
    }
    assertThat(cache().stats().hits()).isZero();
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // a parameter of a mapper
  void rowsAsMapsAndKeysWithDates() {
    Date born = new Date(1_000_000_000_001L);
    for (int i = 0; i < 2; i++) {
      try (SqlSession session = sessions.openSession()) {
        Planets planets = session.getMapper(Planets.class);
        assertThat(planets.row(1)).containsEntry("NAME", "Mercury").containsEntry("ID", 1L);
        assertThat(planets.bornBy(born)).containsExactly("Mercury", "Venus");
      }
      settle();
    }
    assertThat(cache().stats().hits()).isPositive();
  }

  @Test
  void ifRedisIsDown_sessionsRead_andAPolicySaysWhetherTheyCommit() {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      SqlSessionFactory factory = factory(new CacheAsideInterceptor(store));
      assertThat(name(factory, 1)).isEqualTo("Mercury");
      server.kill();
      assertThat(name(factory, 1)).isEqualTo("Mercury");
      try (SqlSession session = factory.openSession()) {
        session.getMapper(Planets.class).rename(1, "Hermes");
        assertThatThrownBy(session::commit).hasMessageContaining("fencing");
        session.rollback();
      }
      assertThat(name(factory, 1)).isEqualTo("Mercury");
    }
  }

  /** In autocommit MyBatis clears once more when the session ends: the change was made long ago. */
  @Test
  void ifRedisDiesAfterTheCommit_theSessionIsNotTold() throws Exception {
    try (RedisServer server = TestServers.newRedis();
        RedisCacheStore store = RedisCacheStore.connect(server.uri())) {
      SqlSessionFactory factory = factory(new CacheAsideInterceptor(store));
      try (SqlSession session = factory.openSession(true)) {
        session.getMapper(Planets.class).rename(1, "Hermes");
        server.kill();
        session.commit();
      }
      assertThat(name(factory, 1)).isEqualTo("Hermes");
    }
  }

  /** Throws for rows that can't be cached. */
  private CacheAsideInterceptor strict() {
    return new CacheAsideInterceptor(
        redis,
        cache ->
            cache
                .namespace(namespace)
                .storeTimeout(Duration.ofSeconds(4))
                .roundTripCheck(RoundTripCheck.STRICT));
  }

  @Test
  void whatThrowsAfterTheCommitDoesNotReachTheSession() {
    SqlSessionFactory factory = factory(strict());
    try (SqlSession session = factory.openSession()) {
      assertThat(session.getMapper(Planets.class).late(1)).isNotNull();
      assertThat(name(session, 2)).isEqualTo("Venus");
      session.commit();
    }
    settle();
    assertThat(name(others, 2)).isEqualTo("Venus");
  }

  @Test
  void aCacheThatIsClearedBeforeTheFirstStatement_isCleared() throws Exception {
    assertThat(name(others, 1)).isEqualTo("Mercury");
    settle();
    sql("update planet set name = 'changed behind its back'");
    sessions.getConfiguration().getCache(Planets.class.getName()).clear();
    assertThat(name(sessions, 1)).isEqualTo("changed behind its back");
  }

  @Test
  void aSessionWithoutTheInterceptorCommitsItsWrites() {
    rename(factory(), 1, "Hermes");
    assertThat(name(sessions, 1)).isEqualTo("Hermes");
  }

  @Test
  void withoutTheInterceptorItSaysWhatIsMissing() {
    assertThatThrownBy(() -> name(factory(), 1))
        .hasRootCauseMessage(
            "the cache of "
                + Planets.class.getName()
                + " has no store: add a CacheAsideInterceptor to the MyBatis configuration");
  }

  @Test
  void wrongPropertiesAreNamed() {
    FencedCache cache = new FencedCache("planets");
    assertThatThrownBy(() -> cache.setTtl("ten minutes"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "ttl of the cache of planets must be a time such as 10m but was \"ten minutes\"");
    assertThatThrownBy(() -> cache.setMaxWait("0s")).hasMessageContaining("at least 1ms");
    assertThatThrownBy(() -> cache.setWritesWithoutRedis("never"))
        .hasMessageContaining("fail or degrade");
  }
}
