package io.github.cacheaside.benchmarks.subjects.readers;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.CacheGetResult;
import com.alicp.jetcache.CacheValueHolder;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.cacheaside.benchmarks.servers.Row;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.client.codec.LongCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.codec.TypedJsonJacksonCodec;
import org.redisson.config.Config;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.RedisSerializationContext;
import org.springframework.data.redis.serializer.RedisSerializer;

/** The readers by name. All write JSON by Jackson; each has every key cached when it opens. */
public final class Readers {
  public static final String LETTUCE = "lettuce";
  public static final String CACHE_ASIDE = "cache-aside";
  public static final String NEAR = "cache-aside-near";
  public static final String CAFFEINE = "caffeine";
  public static final String JETCACHE = "jetcache";
  public static final String JETCACHE_NEAR = "jetcache-near";
  public static final String REDISSON = "redisson";
  public static final String REDISSON_MAP = "redisson-map";
  public static final String REDISSON_NEAR = "redisson-near";
  public static final String SPRING = "spring";

  static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Readers() {}

  public static Reader open(String name, String redis) throws Exception {
    return open(name, redis, Reader.Data.USUAL);
  }

  public static Reader open(String name, String redis, Reader.Data data) throws Exception {
    return switch (name) {
      case LETTUCE -> new LettuceReader(redis, data);
      case CACHE_ASIDE -> new CacheAsideReader(redis, data, false);
      case NEAR -> new CacheAsideReader(redis, data, true);
      case CAFFEINE -> new InProcess(data);
      case JETCACHE -> new Jet(redis, data, false);
      case JETCACHE_NEAR -> new Jet(redis, data, true);
      case REDISSON -> new Buckets(redis, data);
      case REDISSON_MAP -> new MapCache(redis, data);
      case REDISSON_NEAR -> new LocalCachedMap(redis, data);
      case SPRING -> new Spring(redis, data);
      default -> throw new IllegalArgumentException("no such reader: " + name);
    };
  }

  /** The floor of a near hit. */
  private static final class InProcess implements Reader {
    private final Function<Long, Row> loader;
    private final com.github.benmanes.caffeine.cache.Cache<Long, Row> cache;

    InProcess(Data data) {
      this.loader = data::row;
      this.cache = Caffeine.newBuilder().maximumSize(10L * data.keys()).build();
      for (long key = 0; key < data.keys(); key++) {
        cache.put(key, data.row(key));
      }
    }

    @Override
    public Row read(long key) {
      return Objects.requireNonNull(cache.get(key, loader));
    }

    @Override
    public void close() {}
  }

  private static final class Jet implements Reader {
    private static final JavaType HOLDER =
        JSON.getTypeFactory().constructParametricType(CacheValueHolder.class, Row.class);

    private final Function<Long, Row> loader;
    private final RedisClient client;
    private final Cache<Long, Row> cache;

    Jet(String uri, Data data, boolean near) {
      this.loader = data::row;
      this.client = RedisClient.create(uri);
      Cache<Long, Row> remote =
          RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
              .redisClient(client)
              .keyConvertor(Object::toString)
              .valueEncoder(Jet::encode)
              .valueDecoder(Jet::decode)
              .keyPrefix("jet:")
              .buildCache();
      this.cache = near ? nearTo(remote, data) : remote;
      for (long key = 0; key < data.keys(); key++) {
        cache.put(key, data.row(key));
      }
    }

    private static Cache<Long, Row> nearTo(Cache<Long, Row> remote, Data data) {
      Cache<Long, Row> local =
          CaffeineCacheBuilder.createCaffeineCacheBuilder().limit(10 * data.keys()).buildCache();
      return MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
          .addCache(local, remote)
          .buildCache();
    }

    private static byte[] encode(Object holder) {
      try {
        return JSON.writeValueAsBytes(holder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Object decode(byte[] bytes) {
      try {
        return JSON.readValue(bytes, HOLDER);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Row read(long key) {
      return Objects.requireNonNull(cache.computeIfAbsent(key, loader));
    }

    @Override
    public CompletionStage<Row> readAsync(long key) {
      CacheGetResult<Row> result = cache.GET(key);
      return result.future().thenApply(done -> result.getValue());
    }

    @Override
    public Collection<Row> readAll(List<Long> keys) {
      return cache.getAll(new java.util.LinkedHashSet<>(keys)).values();
    }

    @Override
    public void close() {
      cache.close();
      client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
  }

  private abstract static class OverRedisson implements Reader {
    static final CompositeCodec CODEC =
        new CompositeCodec(
            LongCodec.INSTANCE, new TypedJsonJacksonCodec(Row.class, Long.class, Row.class, JSON));

    final RedissonClient client;

    OverRedisson(String uri) {
      Config config = new Config();
      config.useSingleServer().setAddress(uri);
      this.client = Redisson.create(config);
    }

    @Override
    public void close() {
      client.shutdown();
    }
  }

  private static final class Buckets extends OverRedisson {
    private final TypedJsonJacksonCodec codec = new TypedJsonJacksonCodec(Row.class, JSON);

    Buckets(String uri, Data data) {
      super(uri);
      for (long key = 0; key < data.keys(); key++) {
        client.<Row>getBucket(name(key), codec).set(data.row(key));
      }
    }

    private static String name(long key) {
      return "bucket:" + key;
    }

    @Override
    public Row read(long key) {
      return Objects.requireNonNull(client.<Row>getBucket(name(key), codec).get());
    }

    @Override
    public CompletionStage<Row> readAsync(long key) {
      return client.<Row>getBucket(name(key), codec).getAsync();
    }

    @Override
    public Collection<Row> readAll(List<Long> keys) {
      String[] names = keys.stream().map(Buckets::name).toArray(String[]::new);
      return client.getBuckets(codec).<Row>get(names).values();
    }
  }

  private static final class MapCache extends OverRedisson {
    private final RMapCache<Long, Row> map = client.getMapCache("map", CODEC);

    MapCache(String uri, Data data) {
      super(uri);
      for (long key = 0; key < data.keys(); key++) {
        boolean unused = map.fastPut(key, data.row(key));
      }
    }

    @Override
    public Row read(long key) {
      return Objects.requireNonNull(map.get(key));
    }

    @Override
    public CompletionStage<Row> readAsync(long key) {
      return map.getAsync(key);
    }

    @Override
    public Collection<Row> readAll(List<Long> keys) {
      return map.getAll(new java.util.LinkedHashSet<>(keys)).values();
    }
  }

  private static final class LocalCachedMap extends OverRedisson {
    private final RLocalCachedMap<Long, Row> map;

    LocalCachedMap(String uri, Data data) {
      super(uri);
      this.map =
          client.getLocalCachedMap(
              LocalCachedMapOptions.<Long, Row>name("local")
                  .codec(CODEC)
                  .cacheSize(10 * data.keys()));
      for (long key = 0; key < data.keys(); key++) {
        boolean unused = map.fastPut(key, data.row(key));
      }
    }

    @Override
    public Row read(long key) {
      return Objects.requireNonNull(map.get(key));
    }
  }

  private static final class Spring implements Reader {
    private final Data data;
    private final LettuceConnectionFactory connections;
    private final org.springframework.cache.Cache cache;

    Spring(String redis, Data data) {
      this.data = data;
      RedisURI uri = RedisURI.create(redis);
      this.connections =
          new LettuceConnectionFactory(
              new RedisStandaloneConfiguration(uri.getHost(), uri.getPort()));
      connections.afterPropertiesSet();
      connections.start();
      RedisCacheManager manager =
          RedisCacheManager.builder(connections)
              .cacheDefaults(
                  RedisCacheConfiguration.defaultCacheConfig()
                      .serializeValuesWith(
                          RedisSerializationContext.SerializationPair.fromSerializer(new Json())))
              .build();
      manager.afterPropertiesSet();
      this.cache = Objects.requireNonNull(manager.getCache("spring"));
      for (long key = 0; key < data.keys(); key++) {
        cache.put(key, data.row(key));
      }
    }

    @Override
    public Row read(long key) {
      return Objects.requireNonNull(cache.get(key, () -> data.row(key)));
    }

    @Override
    public void close() {
      connections.destroy();
    }

    private static final class Json implements RedisSerializer<Row> {
      private final ObjectReader reader = JSON.readerFor(Row.class);

      @Override
      public byte[] serialize(@Nullable Row row) {
        try {
          return JSON.writeValueAsBytes(row);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public @Nullable Row deserialize(byte @Nullable [] bytes) {
        try {
          return bytes == null ? null : reader.readValue(bytes);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
