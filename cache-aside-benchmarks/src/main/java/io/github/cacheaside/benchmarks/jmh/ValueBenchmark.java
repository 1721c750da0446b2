package io.github.cacheaside.benchmarks.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A value on its way: as bytes and back by the serializer and by bare Jackson; and over a real
 * Redis with header, store and cache around it, beside the bare client. With {@code -prof gc}, what
 * each layer allocates.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ValueBenchmark {

  /** One value, and how it is written. */
  @State(Scope.Benchmark)
  public static class Codecs {
    private final Row row = Row.of(7, 1);
    private final Serializer<Row> serializer = Serializer.json(Row.class);
    private final ObjectWriter writer = new ObjectMapper().writerFor(Row.class);
    private final ObjectReader reader = new ObjectMapper().readerFor(Row.class);
    private byte[] bytes = {};

    /** Writes it once. */
    @Setup
    public void write() throws Exception {
      bytes = serializer.serialize(row);
    }
  }

  /** The same value in a Redis of its own, under the library's header and without. */
  @State(Scope.Benchmark)
  public static class Stored {
    private static final String KEY = "row:7";
    private static final String BARE = "bare:7";
    private final RedisServer redis = TestServers.newRedis();
    private final RedisCacheStore store = RedisCacheStore.connect(redis.uri());
    private final CacheAside<Long, Row> cache =
        CacheAside.builder(store, "row", Serializer.json(Row.class))
            .ttl(Duration.ofHours(1))
            .build((Long key) -> Row.of(key, 1));
    private final RedisClient client = RedisClient.create(redis.uri());
    private final RedisCommands<String, byte[]> bare =
        client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)).sync();

    /** Stores it. */
    @Setup
    public void store(Codecs codecs) {
      cache.put(7L, codecs.row);
      bare.set(BARE, codecs.bytes);
    }

    /** Stops Redis. */
    @TearDown(Level.Trial)
    public void close() {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
      store.close();
      redis.close();
      TestServers.close();
    }
  }

  /** To bytes, by the library's serializer. */
  @Benchmark
  public byte[] encode(Codecs codecs) throws Exception {
    return codecs.serializer.serialize(codecs.row);
  }

  /** To bytes, by bare Jackson. */
  @Benchmark
  public byte[] encodeJackson(Codecs codecs) throws IOException {
    return codecs.writer.writeValueAsBytes(codecs.row);
  }

  /** Back, by the library's serializer. */
  @Benchmark
  public Row decode(Codecs codecs) throws Exception {
    return codecs.serializer.deserialize(codecs.bytes);
  }

  /** Back, by bare Jackson. */
  @Benchmark
  public Row decodeJackson(Codecs codecs) throws IOException {
    return codecs.reader.readValue(codecs.bytes);
  }

  /** The bare client: bytes from Redis. */
  @Benchmark
  public byte[] getByLettuce(Stored stored) {
    return stored.bare.get(Stored.BARE);
  }

  /** The store: bytes from Redis with the header taken off, a {@link StoredValue} in the end. */
  @Benchmark
  public Lookup lookupInStore(Stored stored) {
    return stored.store.lookup(Stored.KEY).toCompletableFuture().join();
  }

  /** The cache: decoded, counted, guarded. */
  @Benchmark
  public Optional<Row> getFromCache(Stored stored) {
    return stored.cache.get(7L);
  }
}
