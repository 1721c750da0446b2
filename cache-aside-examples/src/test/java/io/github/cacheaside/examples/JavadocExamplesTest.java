package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Expiry;
import io.github.cacheaside.Look;
import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.PartialLoadException;
import io.github.cacheaside.Read;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.Warming;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.Row;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The examples in Javadoc; compared with them by a test. */
final class JavadocExamplesTest {
  record Planet(long id, String name) {}

  record Token(String text, Duration remaining) {}

  /** A data access object as an application has it. */
  private static final class Dao {
    private final Map<Long, Planet> rows =
        new ConcurrentHashMap<>(Map.of(3L, new Planet(3, "Earth")));

    @Nullable Planet findById(Long id) {
      return rows.get(id);
    }

    Optional<Planet> find(Long id) {
      return Optional.ofNullable(findById(id));
    }

    Map<Long, Planet> findAll(Iterable<Long> ids) {
      Map<Long, Planet> found = new ConcurrentHashMap<>();
      ids.forEach(id -> find(id).ifPresent(row -> found.put(id, row)));
      return found;
    }

    void rename(Long id, String name) {
      rows.put(id, new Planet(id, name));
    }
  }

  private final Dao dao = new Dao();
  private final CacheStore redis = new InMemoryCacheStore();

  private CacheAside<Long, Planet> planets() {
    return CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
  }

  @Test
  void cacheAside() {
    // tag::cacheaside[]
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
    Optional<Planet> earth = planets.get(3L); // from the database, next time from the store
    dao.rename(3L, "Terra");
    planets.invalidate(3L); // after the commit
    // end::cacheaside[]
    assertThat(earth).contains(new Planet(3, "Earth"));
    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void cacheAsideBuilder() {
    // tag::builder[]
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
            .namespace("shop") // keys are shop/planet:3
            .ttl(Duration.ofHours(1)) // default: 10 minutes, less up to 10 % at random
            .absentTtl(Duration.ofSeconds(30)) // default: "no such row" is not cached
            .originLimiter(OriginLimiter.of(20)) // default: as many loads as there are misses
            .build(dao::findById);
    // end::builder[]
    assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
    assertThat(planets.namespace()).isEqualTo("shop");
  }

  @Test
  void cacheLoader() throws Exception {
    // tag::loader[]
    CacheLoader<Long, Planet> single = dao::findById; // answers null if there is no row
    CacheLoader<Long, Planet> optional = CacheLoader.ofOptional(dao::find);
    CacheLoader<Long, Planet> bulk = CacheLoader.of(dao::findById, dao::findAll); // one query
    // end::loader[]
    assertThat(single.load(3L)).isEqualTo(optional.load(3L));
    assertThat(bulk.loadAll(List.of(3L, 4L))).containsOnlyKeys(3L);
  }

  @Test
  void ttl() {
    // tag::ttl[]
    Ttl<Object> hour = Ttl.fixed(Duration.ofHours(1)).jittered(0.1); // 54 to 60 minutes
    Ttl<Token> rest = Ttl.from(Token::remaining); // zero or less: not cached
    // end::ttl[]
    assertThat(hour.of("any")).isBetween(Duration.ofMinutes(54), Duration.ofMinutes(60));
    assertThat(rest.of(new Token("a", Duration.ofSeconds(5)))).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void expiry() {
    ExecutorService loaders = Executors.newFixedThreadPool(2);
    try {
      CacheAside<Long, Planet> planets =
          CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
              // tag::expiry[]
              .ttl(Duration.ofHours(1)) // gone after an hour
              .expiry(
                  Expiry.soft(Duration.ofMinutes(10)) // stale after ten minutes: one reload
                      .staleWhileRevalidate() // no reader waits for it
                      .failSafe(Duration.ofSeconds(10))) // it failed: the old value answers
              .executor(loaders)
              // end::expiry[]
              .build(dao::findById);
      assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
    } finally {
      loaders.shutdownNow();
    }
  }

  @Test
  void read() {
    CacheAside<Long, Planet> planets = planets();
    // tag::read[]
    Read<Planet> read = planets.read(3L);
    String name = read.toOptional().map(Planet::name).orElse("no such planet");
    boolean cached = read.outcome().isHit(); // NEAR, HIT, ABSENT or STALE
    // end::read[]
    assertThat(name).isEqualTo("Earth");
    assertThat(cached).isFalse();
  }

  @Test
  void cacheStore() {
    CacheStore store = redis;
    byte[] row = {1, 2, 3};
    Duration ttl = Duration.ofMinutes(10);
    // tag::store[]
    LeaseToken token = new LeaseToken(17, 4); // random bits, never used again
    store.lease("planet:3", token, Duration.ofSeconds(5)); // granted: nothing was there
    store.drop("planet:3"); // an invalidation overtakes the load: the token is gone
    store.fill("planet:3", token, StoredValue.of(row), ttl); // answers false, changes nothing
    // end::store[]
    assertThat(store.fill("planet:3", token, StoredValue.of(row), ttl)).isCompletedWithValue(false);
  }

  @Test
  void redisCacheStore() {
    try (RedisServer server = TestServers.newRedis()) {
      String redisUrl = server.uri();
      // tag::redis[]
      try (RedisCacheStore redis = RedisCacheStore.connect(redisUrl)) { // redis://localhost:6379
        CacheAside<Long, Planet> planets =
            CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
        planets.get(3L); // now planet:3 is {"id":3,"name":"Earth"}, after a header of 4 bytes
      }
      // end::redis[]
    }
  }

  @Test
  void ticket() {
    CacheAside<Long, Planet> planets = planets();
    assertThat(find(planets)).isEqualTo(new Planet(3, "Earth"));
    assertThat(planets.peek(3L)).contains(new Planet(3, "Earth"));
    assertThat(find(planets)).isEqualTo(new Planet(3, "Earth"));
  }

  private @Nullable Planet find(CacheAside<Long, Planet> planets) {
    // tag::ticket[]
    try (Ticket<Planet> ticket = planets.ticket(3L)) {
      if (ticket.found() instanceof Look.Hit<Planet> hit) {
        return hit.value();
      }
      Planet read = dao.findById(3L); // after the ticket, or the right is worth nothing
      if (read != null) {
        ticket.fill(read);
      }
      return read;
    }
    // end::ticket[]
  }

  @Test
  void warming() {
    CacheAside<Long, Planet> planets = planets();
    List<Long> ids = List.of(3L);
    // tag::warming[]
    planets.warm(ids, Warming.perSecond(500).onProgress(so -> System.out.println(so.done())));
    // end::warming[]
    assertThat(planets.peek(3L)).isPresent();
  }

  @Test
  void partialLoadException() {
    Map<Long, Planet> found = dao.findAll(List.of(3L));
    Exception timeout = new SQLTransientException();
    assertThatThrownBy(
            () -> {
              // tag::partial[]
              throw new PartialLoadException(found, Map.of(7L, timeout)); // all others: row or none
              // end::partial[]
            })
        .isInstanceOf(PartialLoadException.class);
  }

  @Test
  void jdbc() throws SQLException {
    try (DatabaseServer schema = TestServers.database().createDatabase("javadoc")) {
      DataSource dataSource = schema.dataSource();
      execute(dataSource, "CREATE TABLE planet (id INT UNSIGNED PRIMARY KEY, name VARCHAR(30))");
      execute(dataSource, "INSERT INTO planet VALUES (3, 'Earth')");
      // tag::jdbcloader[]
      CacheAside<Long, Planet> planets =
          CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
              .build(JdbcLoader.of(dataSource, "SELECT * FROM planet WHERE id = ?", Planet.class));
      // end::jdbcloader[]
      // tag::sqlcache[]
      SqlCache sql = SqlCache.builder(redis, dataSource).ttl(Duration.ofSeconds(10)).build();
      List<Row> all = sql.query("SELECT * FROM planet WHERE id < ?", 4);
      List<Planet> inner = sql.query("SELECT * FROM planet WHERE id < ?", Planet.class, 4);
      // end::sqlcache[]
      assertThat(all).hasSize(1);
      assertThat(inner).containsExactly(new Planet(3, "Earth"));
      // tag::sqlcall[]
      List<Planet> some =
          sql.statement("SELECT * FROM planet WHERE id IN (:ids) AND name <> :name")
              .set("ids", List.of(1, 2, 3))
              .set("name", "Pluto")
              .ttl(Duration.ofMinutes(1))
              .list(Planet.class);
      // end::sqlcall[]
      assertThat(some).containsExactly(new Planet(3, "Earth"));
      assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
      // tag::jdbcwriter[]
      JdbcWriter writer = JdbcWriter.of(dataSource); // .fenced(): no gap after the commit
      writer.write(planets, 3L, connection -> rename(connection, 3L, "Terra"));
      int rows =
          writer.transaction(
              transaction -> {
                transaction.invalidate(planets, 3L); // and what else the transaction changes
                return rename(transaction.connection(), 3L, "Tellus");
              });
      // end::jdbcwriter[]
      assertThat(rows).isEqualTo(1);
      assertThat(planets.get(3L)).contains(new Planet(3, "Tellus"));
      fence(planets, dataSource);
      assertThat(planets.get(3L)).contains(new Planet(3, "Gaia"));
    }
  }

  private static void fence(CacheAside<Long, Planet> planets, DataSource dataSource)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      rename(connection, 3L, "Gaia");
      // tag::fence[]
      try (WriteFence fence = planets.fence(List.of(3L))) {
        if (!fence.mayCommit()) {
          connection.rollback();
          throw new SQLTransientException("the fence was lost before the commit");
        }
        connection.commit();
      }
      // end::fence[]
    } catch (CacheStoreException late) {
      throw new AssertionError("a store in memory does not fail", late);
    }
  }

  private static int rename(Connection connection, long id, String name) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE planet SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setLong(2, id);
      return update.executeUpdate();
    }
  }

  private static void execute(DataSource database, String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
