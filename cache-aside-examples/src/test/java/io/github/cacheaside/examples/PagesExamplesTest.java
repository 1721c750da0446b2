package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.CacheStats;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Expiry;
import io.github.cacheaside.Health;
import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Reads;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.WriteFence;
import io.github.cacheaside.codec.Compression;
import io.github.cacheaside.codec.Encryption;
import io.github.cacheaside.codec.EncryptionKeys;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.RoundTrip;
import io.github.cacheaside.testkit.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of the pages in docs/; {@link PagesTest} compares them. */
final class PagesExamplesTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final ThreadLocal<String> TENANT = ThreadLocal.withInitial(() -> "none");

  record Planet(long id, String name) {}

  /** A data access object as an application has it. */
  private static final class Dao {
    private final Map<Long, Planet> rows =
        new ConcurrentHashMap<>(Map.of(1L, new Planet(1, "Mercury"), 3L, new Planet(3, "Earth")));
    private final AtomicInteger reads = new AtomicInteger();

    @Nullable Planet findById(Long id) {
      reads.incrementAndGet();
      return rows.get(id);
    }

    Map<Long, Planet> findAll(Iterable<Long> ids) {
      Map<Long, Planet> found = new ConcurrentHashMap<>();
      ids.forEach(id -> Optional.ofNullable(findById(id)).ifPresent(row -> found.put(id, row)));
      return found;
    }

    void rename(Long id, String name) {
      rows.put(id, new Planet(id, name));
    }

    void renameInner() {
      rename(1L, "Merkur");
      rename(3L, "Terra");
    }
  }

  private final Dao dao = new Dao();
  private RedisServer server;
  private String redisUrl;
  private RedisCacheStore redis;

  @BeforeEach
  void connect() {
    server = TestServers.newRedis();
    redisUrl = server.uri();
    redis = RedisCacheStore.connect(redisUrl);
  }

  @AfterEach
  void disconnect() {
    redis.close();
    server.close();
  }

  private CacheAsideBuilder<Object, Planet> planets() {
    return CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).storeTimeout(PATIENT);
  }

  @Test
  void anOutcomeTellsWhereAnAnswerIsFrom() {
    CacheAside<Long, Planet> planets = planets().build(dao::findById);
    // tag::outcomes[]
    Read<Planet> first = planets.read(3L);
    assertThat(first.outcome()).isEqualTo(Outcome.LOADED); // a miss: this call ran the loader
    // end::outcomes[]
    assertThat(first.toOptional()).contains(new Planet(3, "Earth"));
  }

  @Test
  void withoutAServer_inTheTestsOfAnApplication() {
    // tag::inmemory[]
    CacheAside<Long, Planet> planets =
        CacheAside.builder(new InMemoryCacheStore(), "planet", Serializer.json(Planet.class))
            .build(dao::findById);
    // end::inmemory[]
    assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
  }

  @Test
  void anOvertakenLoadIsNeverCached() {
    Planet earth = new Planet(3, "Earth");
    Planet terra = new Planet(3, "Terra");
    AtomicInteger loads = new AtomicInteger();
    CacheAside<Long, Planet>[] own = newArray();
    CacheAside<Long, Planet> planets =
        planets()
            .build(
                id -> {
                  Planet row = dao.findById(id);
                  if (loads.incrementAndGet() == 1) {
                    dao.rename(id, "Terra");
                    own[0].invalidate(id);
                  }
                  return row;
                });
    own[0] = planets;
    // tag::race[]
    Read<Planet> slow = planets.read(3L); // its load began before the invalidation
    assertThat(slow.toOptional()).contains(earth); // right for this caller: its read began earlier
    assertThat(planets.get(3L)).contains(terra); // and never cached
    // end::race[]
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static CacheAside<Long, Planet>[] newArray() {
    return new CacheAside[1];
  }

  @Test
  void aWriterFencesATransaction() throws SQLException {
    try (DatabaseServer schema = TestServers.database().createDatabase("pages")) {
      DataSource database = schema.dataSource();
      execute(database, "CREATE TABLE planet (id INT UNSIGNED PRIMARY KEY, name VARCHAR(30))");
      execute(database, "INSERT INTO planet VALUES (3, 'Earth')");
      CacheAside<Long, Planet> planets =
          planets()
              .build(JdbcLoader.of(database, "SELECT * FROM planet WHERE id = ?", Planet.class));
      assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
      // tag::jdbc[]
      JdbcWriter writer = JdbcWriter.of(database).fenced();
      writer.write(planets, 3L, connection -> rename(connection, 3L, "Terra"));
      // end::jdbc[]
      assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
    }
  }

  @Test
  void codeThatCommitsByItself_looksAtItsFence() {
    CacheAside<Long, Planet> planets = planets().build(dao::findById);
    planets.get(3L);
    // tag::fence[]
    try (WriteFence fence = planets.fence(List.of(3L))) {
      dao.rename(3L, "Terra");
      if (!fence.mayCommit()) {
        throw new IllegalStateException("the fence was lost: roll back");
      }
      commit();
    }
    // end::fence[]
    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
  }

  private static void commit() {
    // the data access object has no transactions
  }

  @Test
  void aTagIsFenced() {
    CacheAside<Long, Planet> planets =
        planets().tagsOfKey((Long id) -> Set.of("inner")).build(dao::findById);
    assertThat(planets.getAll(List.of(1L, 3L))).hasSize(2);
    // tag::fencetags[]
    try (WriteFence fence = planets.fenceTags(Set.of("inner"))) {
      dao.renameInner();
      if (fence.mayCommit()) {
        commit();
      }
    }
    // end::fencetags[]
    assertThat(planets.get(1L)).contains(new Planet(1, "Merkur"));
    assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void ttls() {
    // tag::ttl[]
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
            .ttl(Ttl.fixed(Duration.ofHours(1)).jittered(0.1)) // 54 to 60 minutes
            .absentTtl(Duration.ofSeconds(30)) // remember that there is no such row
            .build(CacheLoader.of(dao::findById, dao::findAll)); // findAll: one query for many
    // end::ttl[]
    assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
  }

  @Test
  void oldAnswersInsteadOfWaitsAndFailures() {
    ExecutorService loaders = Executors.newFixedThreadPool(2);
    try {
      CacheAside<Long, Planet> planets =
          planets()
              .ttl(Duration.ofHours(1))
              // tag::expiry[]
              .expiry(
                  Expiry.soft(Duration.ofMinutes(10)) // then one reload, in the background
                      .staleWhileRevalidate() // the old value meanwhile
                      .failSafe(Duration.ofSeconds(10))) // and while the loader fails
              .executor(loaders)
              // end::expiry[]
              .build(dao::findById);
      assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
      // tag::soft[]
      planets.softInvalidate(3L, Duration.ofSeconds(5)); // old answers for 5 s at most
      // end::soft[]
      assertThat(planets.get(3L)).isPresent();
    } finally {
      loaders.shutdownNow();
    }
  }

  @Test
  void near() {
    // tag::near[]
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
            .nearCache(10_000) // values; needs Caffeine on the class path
            .build(dao::findById);
    // end::near[]
    assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
  }

  @Test
  void tags() {
    // tag::tags[]
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
            .tagsOfKey((Long id) -> Set.of(id < 5 ? "inner" : "outer"))
            .clearable()
            .build(dao::findById);
    // end::tags[]
    patiently(
        () -> {
          planets.getAll(List.of(1L, 3L));
          dao.renameInner();
          // tag::invalidatetag[]
          planets.invalidateTag("inner"); // one command
          planets.clear(); // every entry is a miss now; one command too
          // end::invalidatetag[]
          assertThat(planets.get(3L)).contains(new Planet(3, "Terra"));
        });
  }

  @Test
  void manyKeys() {
    CacheAside<Long, Planet> planets = planets().build(CacheLoader.of(dao::findById, dao::findAll));
    // tag::getall[]
    Map<Long, Planet> some = planets.getAll(List.of(1L, 2L, 3L)); // keys without a row are left out
    // end::getall[]
    assertThat(some).containsOnlyKeys(1L, 3L);
    // tag::readall[]
    Reads<Long, Planet> reads = planets.readAll(List.of(1L, 2L, 3L));
    Map<Long, Planet> found = reads.found();
    Map<Long, RuntimeException> failures = reads.failures();
    // end::readall[]
    assertThat(found).containsOnlyKeys(1L, 3L);
    assertThat(failures).isEmpty();
  }

  @Test
  void withoutRedis() {
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
    server.kill();
    // tag::down[]
    Read<Planet> read = planets.read(3L); // Redis is down: the loader answers
    assertThat(read.outcome()).isEqualTo(Outcome.BYPASSED);
    assertThatThrownBy(() -> planets.invalidate(3L)).isInstanceOf(CacheStoreException.class);
    assertThat(planets.health().status()).isEqualTo(Health.Status.DOWN);
    // end::down[]
  }

  @Test
  void loadersRunInTheContextOfTheirCaller() {
    CacheAside<Long, Planet> planets =
        planets()
            // tag::context[]
            .contextPropagation(
                () -> {
                  String tenant = TENANT.get();
                  return task -> () -> inTenant(tenant, task);
                })
            // end::context[]
            .build(id -> new Planet(id, TENANT.get()));
    TENANT.set("shop");
    try {
      assertThat(planets.async().get(3L).join()).contains(new Planet(3, "shop"));
    } finally {
      TENANT.remove();
    }
  }

  private static void inTenant(String tenant, Runnable task) {
    TENANT.set(tenant);
    try {
      task.run();
    } finally {
      TENANT.remove();
    }
  }

  @Test
  void aCacheOfADao() {
    // tag::first[]
    CacheAside<Long, Planet> planets =
        CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(dao::findById);
    // end::first[]
    assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
  }

  @Test
  void counts() {
    CacheAside<Long, Planet> planets = planets().build(dao::findById);
    planets.get(3L);
    // tag::stats[]
    CacheStats stats = planets.stats();
    Health health = planets.health();
    // end::stats[]
    assertThat(stats.misses()).isEqualTo(1);
    assertThat(health.status()).isEqualTo(Health.Status.UP);
  }

  @Test
  void limits() {
    // tag::limiter[]
    OriginLimiter limiter = OriginLimiter.of(20); // one for all caches of a database
    // end::limiter[]
    CacheAside<Long, Planet> planets = planets().originLimiter(limiter).build(dao::findById);
    assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
  }

  @Test
  void manyKeysAtOnce() {
    CacheAside<Long, Planet> planets = planets().build(dao::findById);
    // tag::manyKeys[]
    Map<Long, Planet> found = planets.getAll(List.of(3L, 4L)); // one round trip if both are there
    // end::manyKeys[]
    assertThat(found).containsEntry(3L, new Planet(3, "Earth"));
  }

  @Test
  void smallAndSecret() {
    SecretKey key = new SecretKeySpec(new byte[32], "AES");
    CacheAside<Long, Planet> planets =
        planets()
            // tag::secret[]
            .compression(Compression.zstd()) // from 1,024 bytes on; needs zstd-jni
            .encryption(Encryption.aesGcm(EncryptionKeys.of(1, key))) // key 1; others can follow
            // end::secret[]
            .build(dao::findById);
    assertThat(planets.get(3L)).contains(new Planet(3, "Earth"));
  }

  @Test
  void roundTrip() {
    Planet planet = new Planet(3, "Earth");
    // tag::roundtrip[]
    RoundTrip.verify(Serializer.json(Planet.class), planet); // from cache-aside-testkit
    // end::roundtrip[]
  }

  private static void patiently(Runnable example) {
    for (int attempt = 1; attempt < 5; attempt++) {
      try {
        example.run();
        return;
      } catch (CacheStoreException late) {
        // a busy machine exceeds the default time-out now and then: once more
      }
    }
    example.run();
  }

  private static void rename(Connection connection, long id, String name) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE planet SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  private static void execute(DataSource database, String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }
}
