package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.Compression;
import io.github.cacheaside.codec.Encryption;
import io.github.cacheaside.codec.EncryptionKeys;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads what past releases wrote, through a cache over a real Redis. When this release writes
 * something new, add a kind and run with {@code -Dcacheaside.golden.add=true}: it writes the files
 * that are not there, and changes none.
 */
final class GoldenFilesTest {
  private static final String RELEASE = "0.1";
  private static final long ID = 3;
  private static final String KEY = "golden:3";
  private static final String TAG_KEY = "golden#moons";
  private static final LeaseToken TOKEN = new LeaseToken(0x0102030405060708L, 0x1112131415161718L);
  private static final Planet EARTH = new Planet(ID, "Earth " + "and its moon ".repeat(100));
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Nobody's keys: they are for these files only. */
  private static final EncryptionKeys KEYS = EncryptionKeys.of(7, aes("the key of tests"));

  /** What a release can leave under a key. */
  enum Kind {
    JSON("A value as JSON."),
    FIELDS("A value as a flat JSON object of strings."),
    ABSENT("A row that does not exist."),
    TAGGED("A value with a tag and the generation that clear() renews."),
    STALE("A stale copy, left by a soft invalidation."),
    REFRESHED("A stale copy that somebody is loading anew."),
    ZSTD("A value compressed by zstd."),
    LZ4("A value compressed by LZ4."),
    ENCRYPTED("A value encrypted by AES-GCM under the key 7 of the tests."),
    ABSENT_ENCRYPTED("A row that does not exist, sealed under the key 7 of the tests."),
    COMPRESSED_ENCRYPTED("A value compressed by zstd, then encrypted under the key 7."),
    VERSIONED("A value of schema version 42."),
    TIMED("A value with its age: fresh for 1 ms, and nobody knows how long its load took."),
    TIMED_REFRESHED("The same, and somebody is loading it anew."),
    EVERYTHING("A stale copy with a tag, of version 42, compressed by LZ4 and encrypted."),
    LEASE("A lease: somebody loads."),
    WRITING("Two marks of writes."),
    GENERATION("The generation of a tag.");

    private final String description;

    Kind(String description) {
      this.description = description;
    }

    String fileName() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private static RedisCacheStore store;
  private static RedisClient client;
  private static RedisCommands<byte[], byte[]> redis;

  private static SecretKeySpec aes(String text) {
    return new SecretKeySpec(text.getBytes(StandardCharsets.US_ASCII), "AES");
  }

  @BeforeAll
  static void connect() throws Exception {
    store = RedisCacheStore.connect(TestServers.redis().uri());
    client = RedisClient.create(TestServers.redis().uri());
    StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
    redis = connection.sync();
    if (Boolean.getBoolean("cacheaside.golden.add")) {
      for (Kind kind : Kind.values()) {
        redis.del(bytes(KEY), bytes(TAG_KEY));
        write(kind);
        byte[] raw = redis.get(bytes(kind == Kind.GENERATION ? TAG_KEY : KEY));
        GoldenFile.of(RELEASE, kind.fileName(), raw).add(kind.description);
      }
    }
  }

  @AfterAll
  static void disconnect() {
    redis.del(bytes(KEY), bytes(TAG_KEY));
    store.close();
    client.shutdown();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Kind kind) {
    switch (kind) {
      case ABSENT, ABSENT_ENCRYPTED -> {
        cache(kind).get(ID);
        store.ping().toCompletableFuture().join(); // nobody waits for a fill
      }
      case LEASE -> store.lease(KEY, TOKEN, MINUTE).toCompletableFuture().join();
      case WRITING -> {
        store.intent(KEY, TOKEN, MINUTE).toCompletableFuture().join();
        store.intent(KEY, new LeaseToken(1, 2), MINUTE).toCompletableFuture().join();
      }
      case GENERATION -> cache(Kind.TAGGED).invalidateTag("moons");
      case TIMED, TIMED_REFRESHED -> {
        builder(kind).expiry(Expiry.soft(Duration.ofMillis(1))).build(id -> null).put(ID, EARTH);
        if (kind == Kind.TIMED_REFRESHED && found() instanceof Lookup.Hit hit) {
          StoredValue.Timing timing = Objects.requireNonNull(hit.value().timing());
          store.refresh(KEY, TOKEN, MINUTE, timing, MINUTE).toCompletableFuture().join();
        }
      }
      default -> {
        cache(kind).put(ID, EARTH);
        if (kind == Kind.STALE || kind == Kind.REFRESHED || kind == Kind.EVERYTHING) {
          cache(kind).softInvalidate(ID, MINUTE);
        }
        if (kind == Kind.REFRESHED) {
          store.lease(KEY, TOKEN, MINUTE).toCompletableFuture().join();
        }
      }
    }
  }

  private static CacheAsideBuilder<Object, Planet> builder(Kind kind) {
    CacheAsideBuilder<Object, Planet> builder =
        CacheAside.builder(
                store,
                "golden",
                kind == Kind.FIELDS
                    ? Serializer.fields(Planet.class)
                    : Serializer.json(Planet.class))
            .storeTimeout(Duration.ofSeconds(5))
            .absentTtl(MINUTE)
            .maxWait(Duration.ofMillis(1));
    return switch (kind) {
      case TAGGED -> builder.tagsOfKey(id -> Set.of("moons"));
      case ZSTD -> builder.compression(Compression.zstd());
      case LZ4 -> builder.compression(Compression.lz4());
      case ENCRYPTED, ABSENT_ENCRYPTED -> builder.encryption(Encryption.aesGcm(KEYS));
      case COMPRESSED_ENCRYPTED ->
          builder.compression(Compression.zstd()).encryption(Encryption.aesGcm(KEYS));
      case VERSIONED -> builder.schemaVersion(42);
      case TIMED_REFRESHED -> builder.expiry(Expiry.soft(MINUTE));
      case EVERYTHING ->
          builder
              .tagsOfKey(id -> Set.of("moons"))
              .schemaVersion(42)
              .compression(Compression.lz4())
              .encryption(Encryption.aesGcm(KEYS));
      default -> builder;
    };
  }

  private static CacheAside<Long, Planet> cache(Kind kind) {
    return builder(kind).build(id -> null);
  }

  static List<GoldenFile> files() throws IOException {
    return GoldenFile.all();
  }

  @ParameterizedTest
  @EnumSource
  void thisReleaseHasAFileOfEachKind(Kind kind) {
    assertThat(GoldenFile.path(RELEASE, kind.fileName()))
        .as("run this test with -Dcacheaside.golden.add=true")
        .exists();
  }

  @ParameterizedTest
  @MethodSource("files")
  void isReadAsItWasMeant(GoldenFile file) {
    Kind kind = Kind.valueOf(file.kind().toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    redis.del(bytes(KEY), bytes(TAG_KEY));
    redis.set(
        bytes(kind == Kind.GENERATION ? TAG_KEY : KEY), file.bytes(), SetArgs.Builder.px(60_000));
    CacheAside<Long, Planet> cache = cache(kind);
    switch (kind) {
      case ABSENT, ABSENT_ENCRYPTED ->
          assertThat(cache.read(ID)).isEqualTo(new Read<>(null, Outcome.ABSENT));
      case LEASE -> assertThat(found()).isEqualTo(Lookup.LOADING);
      case WRITING -> assertThat(found()).isEqualTo(Lookup.WRITING);
      case GENERATION ->
          assertThat(store.generation(TAG_KEY).toCompletableFuture().join()).isPresent();
      case TAGGED, EVERYTHING -> {
        restoreTags();
        readsTheValue(cache, kind);
      }
      default -> readsTheValue(cache, kind);
    }
    assertThat(cache.stats().undecodable() + cache.stats().otherSchema()).isZero();
  }

  private static Lookup found() {
    return store.lookup(KEY).toCompletableFuture().join();
  }

  /** Gives the tags the generations that the value was written under. */
  private static void restoreTags() {
    Lookup found = found();
    StoredValue value =
        found instanceof Lookup.Hit hit ? hit.value() : ((Lookup.Stale) found).value();
    assertThat(value.generations()).hasSize(2);
    value
        .generations()
        .forEach(
            tag ->
                store
                    .newGeneration("golden#" + tag.tag(), tag.token())
                    .toCompletableFuture()
                    .join());
  }

  private static void readsTheValue(CacheAside<Long, Planet> cache, Kind kind) {
    boolean stale =
        kind == Kind.STALE
            || kind == Kind.REFRESHED
            || kind == Kind.TIMED_REFRESHED
            || kind == Kind.EVERYTHING;
    if (stale) { // let somebody else be the one who loads
      byte[] raw = redis.get(bytes(KEY));
      String seconds = new String(redis.time().get(0), StandardCharsets.US_ASCII);
      long end = (Long.parseLong(seconds) + 60) * 1000; // one that this library might write
      System.arraycopy(bytes(String.format("%012x", end)), 0, raw, 28, 12);
      redis.set(bytes(KEY), raw, SetArgs.Builder.px(60_000));
    }
    assertThat(cache.read(ID)).isEqualTo(new Read<>(EARTH, stale ? Outcome.STALE : Outcome.HIT));
  }

  @Test
  void filesDifferInMoreThanTheirTime() throws IOException {
    assertThat(GoldenFile.all().stream().map(GoldenFile::hex).distinct())
        .hasSameSizeAs(GoldenFile.all());
    assertThat(Files.exists(GoldenFile.path(RELEASE, "json"))).isTrue();
    assertThat(Objects.requireNonNull(GoldenFile.all())).hasSizeGreaterThanOrEqualTo(16);
  }
}
