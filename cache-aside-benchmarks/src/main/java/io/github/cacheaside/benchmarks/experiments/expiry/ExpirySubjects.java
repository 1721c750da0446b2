package io.github.cacheaside.benchmarks.experiments.expiry;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.RefreshPolicy;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.Expiry;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.CacheStore;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Who is put to the test at the end of a value's life. */
final class ExpirySubjects {
  static final String SOFT = "cache-aside-soft-ttl";
  static final String REVALIDATE = "cache-aside-stale-while-revalidate";
  static final String EAGER = "cache-aside-eager";
  static final String XFETCH = "cache-aside-xfetch";
  static final String NO_LEASE = "mutant-xfetch-without-lease";
  static final String JETCACHE_REFRESH = "jetcache-refresh";
  private static final long KEY = 1;

  /** So long that a machine that is busy for a moment does not open the circuit breaker. */
  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(2);

  /** How much longer than it is fresh a value with a soft TTL stays. */
  private static final int HARD = 10;

  /** One cache with a connection of its own. */
  interface Reader extends AutoCloseable {
    /** Reads the key; answers whether the cache says that the answer is stale. */
    boolean read() throws Exception;

    @Override
    void close();
  }

  private ExpirySubjects() {}

  static List<String> names() {
    return List.of(
        Subjects.LEASE,
        SOFT,
        REVALIDATE,
        EAGER,
        XFETCH,
        NO_LEASE,
        Subjects.NAIVE,
        "jetcache",
        JETCACHE_REFRESH,
        "spring");
  }

  static Reader open(String subject, String redis, Database database) {
    Duration ttl = ExpiryExperiment.TTL;
    Duration longer = ttl.multipliedBy(HARD);
    Expiry xfetch = Expiry.hard().probabilistic(1);
    return switch (subject) {
      case SOFT -> new Ours(redis, database, longer, Expiry.soft(ttl), store -> store);
      case REVALIDATE ->
          new Ours(
              redis, database, longer, Expiry.soft(ttl).staleWhileRevalidate(), store -> store);
      case EAGER -> new Ours(redis, database, ttl, Expiry.hard().eager(0.8), store -> store);
      case XFETCH -> new Ours(redis, database, ttl, xfetch, store -> store);
      case NO_LEASE -> new Ours(redis, database, ttl, xfetch, MutantStores::withoutLeases);
      case JETCACHE_REFRESH -> new JetCacheRefresh(redis, database);
      case Subjects.LEASE -> new Ours(redis, database, ttl, null, store -> store);
      default -> other(Subjects.open(subject, environment(redis, database)));
    };
  }

  private static Subject.Environment environment(String redis, Database database) {
    return new Subject.Environment(
        redis,
        database,
        () -> ExpiryExperiment.TTL,
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        new Writes(database, 0, what -> {}));
  }

  private static Reader other(Subject subject) {
    return new Reader() {
      @Override
      public boolean read() throws Exception {
        long unused = subject.get(KEY);
        return false;
      }

      @Override
      public void close() {
        subject.close();
      }
    };
  }

  /** This library. */
  private static final class Ours implements Reader {
    private final CacheStore store;
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final CacheAside<Long, Row> cache;

    Ours(
        String redis,
        Database database,
        Duration ttl,
        @Nullable Expiry expiry,
        UnaryOperator<CacheStore> mutation) {
      this.store = RedisCacheStore.connect(redis);
      CacheAsideBuilder<Object, Row> builder =
          CacheAside.builder(mutation.apply(store), "counter", Serializer.json(Row.class))
              .ttl(ttl)
              .storeTimeout(STORE_TIMEOUT)
              .executor(executor);
      if (expiry != null) {
        builder.expiry(expiry);
      }
      this.cache = builder.build(database::read);
    }

    @Override
    public boolean read() {
      return cache.read(KEY).outcome() == Outcome.STALE;
    }

    @Override
    public void close() {
      store.close();
      executor.shutdownNow();
    }
  }

  /**
   * JetCache with the refresh of its own: a timer in each process, as often as ours are eager,
   * under a lock in Redis; whether anybody reads or not.
   */
  private static final class JetCacheRefresh implements Reader {
    private final RedisClient client;
    private final Cache<Long, Row> cache;

    JetCacheRefresh(String redis, Database database) {
      this.client = RedisClient.create(redis);
      RedisLettuceCacheBuilder<?> builder =
          RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder();
      builder.setRedisClient(client);
      builder.setKeyConvertor(Object::toString);
      builder.setValueEncoder(new JavaValueEncoder(true));
      builder.setValueDecoder(new JavaValueDecoder(true));
      builder.setKeyPrefix("counter:");
      builder.setCachePenetrateProtect(true);
      builder.setExpireAfterWriteInMillis(ExpiryExperiment.TTL.toMillis());
      builder.<Long, Row>loader(database::read);
      builder.refreshPolicy(
          RefreshPolicy.newPolicy(ExpiryExperiment.TTL.toMillis() * 8 / 10, TimeUnit.MILLISECONDS));
      this.cache = builder.buildCache();
    }

    @Override
    public boolean read() {
      Row unused = cache.get(KEY);
      return false;
    }

    @Override
    public void close() {
      cache.close();
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }
}
