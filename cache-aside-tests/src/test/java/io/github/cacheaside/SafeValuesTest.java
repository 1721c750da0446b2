package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Compression;
import io.github.cacheaside.codec.Encryption;
import io.github.cacheaside.codec.EncryptionKeys;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits, compression, encryption and schema versions, over a real Redis. */
final class SafeValuesTest extends CacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Encryption ENCRYPTION =
      Encryption.aesGcm(EncryptionKeys.of(1, new SecretKeySpec(new byte[32], "AES")));

  private static RedisClient client;
  private static RedisCommands<byte[], byte[]> raw;

  @BeforeAll
  static void open() {
    client = RedisClient.create(TestServers.redis().uri());
    raw = client.connect(ByteArrayCodec.INSTANCE).sync();
  }

  @AfterAll
  static void shutDown() {
    client.shutdown();
  }

  private CacheAside<Long, Planet> with(UnaryOperator<CacheAsideBuilder<Object, Planet>> options) {
    return options.apply(builder(redis).absentTtl(MINUTE)).build(table);
  }

  private byte[] rawKey(long id) {
    return (name + ":" + id).getBytes(StandardCharsets.UTF_8);
  }

  private static Outcome read(CacheAside<Long, Planet> cache, long id) {
    Outcome outcome = cache.read(id).outcome();
    settle();
    return outcome;
  }

  @Test
  void aValueAboveTheLimitIsReturnedAndNotCached() {
    CacheAside<Long, Planet> cache = with(b -> b.maxPayload(100));
    table.set(1, "x".repeat(200));
    for (int i = 0; i < 3; i++) {
      assertThat(read(cache, 1)).isEqualTo(Outcome.BYPASSED);
    }
    assertThat(raw.exists(rawKey(1))).as("its lease was given back").isZero();
    assertThat(cache.stats().oversized()).isEqualTo(3);
    assertThat(cache.getAll(List.of(1L, 2L))).hasSize(2);
    assertThat(cache.stats().oversized()).isEqualTo(4);
    assertThatThrownBy(() -> cache.put(1L, new Planet(1, "y".repeat(200))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is too large to cache: payload of 218 bytes, maxPayload is 100");
    assertThat(cache.stats().oversized()).isEqualTo(5);
    table.set(1, "small");
    assertThat(List.of(read(cache, 1), read(cache, 1)))
        .containsExactly(Outcome.LOADED, Outcome.HIT);
  }

  @Test
  void anEntryAboveTheLimitIsAMiss_andReplaced() {
    with(b -> b).put(1L, new Planet(1, "x".repeat(200)));
    CacheAside<Long, Planet> cache = with(b -> b.maxPayload(100));
    assertThat(read(cache, 1)).isEqualTo(Outcome.LOADED);
    assertThat(read(cache, 1)).isEqualTo(Outcome.HIT);
    assertThat(cache.stats().undecodable()).isEqualTo(1);
  }

  @Test
  void compressionCanBeSwitchedOnAndOff() {
    table.set(1, "all work and no play ".repeat(500));
    List<CacheAside<Long, Planet>> caches =
        List.of(
            with(b -> b),
            with(b -> b.compression(Compression.zstd())),
            with(b -> b.compression(Compression.lz4())));
    for (CacheAside<Long, Planet> writer : caches) {
      writer.invalidate(1L);
      assertThat(read(writer, 1)).isEqualTo(Outcome.LOADED);
      for (CacheAside<Long, Planet> reader : caches) {
        assertThat(read(reader, 1)).isEqualTo(Outcome.HIT);
      }
      long length = raw.strlen(rawKey(1));
      assertThat(length).isBetween(64L, writer.equals(caches.get(0)) ? 11_000L : 500L);
    }
    assertThat(caches).allSatisfy(one -> assertThat(one.stats().undecodable()).isZero());
  }

  @Test
  void encryptedEntriesAreTiedToTheirKeys() {
    CacheAside<Long, Planet> cache = with(b -> b.encryption(ENCRYPTION));
    read(cache, 1);
    assertThat(read(cache, 1)).isEqualTo(Outcome.HIT);
    byte[] one = raw.get(rawKey(1));
    assertThat(new String(one, StandardCharsets.ISO_8859_1)).doesNotContain("Mercury");

    raw.set(rawKey(2), one, SetArgs.Builder.px(60_000));
    assertThat(cache.read(2L)).isEqualTo(new Read<>(new Planet(2, "Venus"), Outcome.LOADED));
    settle();
    assertThat(read(cache, 2)).isEqualTo(Outcome.HIT);
    assertThat(cache.stats().undecodable()).isEqualTo(1);
  }

  @Test
  void anAbsenceThatNobodySealedIsAMissInACacheThatEncrypts() {
    CacheAside<Long, Planet> plain = with(b -> b);
    read(plain, 9);
    assertThat(read(plain, 9)).isEqualTo(Outcome.ABSENT);
    CacheAside<Long, Planet> cache = with(b -> b.encryption(ENCRYPTION));
    assertThat(read(cache, 9)).isEqualTo(Outcome.LOADED);
    assertThat(read(cache, 9)).isEqualTo(Outcome.ABSENT);
    assertThat(cache.stats().undecodable()).isEqualTo(1);
  }

  @Test
  void encryptionWorksWithTagsStaleCopiesAndTheNearCache() {
    CacheAside<Long, Planet> cache =
        with(
            b ->
                b.encryption(ENCRYPTION)
                    .compression(Compression.zstd().from(0))
                    .clearable()
                    .nearCache(100));
    read(cache, 1);
    assertThat(read(cache, 1)).isIn(Outcome.HIT, Outcome.NEAR);
    cache.clear();
    assertThat(read(cache, 1)).isEqualTo(Outcome.LOADED);
    cache.softInvalidate(1L, MINUTE);
    assertThat(read(cache, 1)).isEqualTo(Outcome.LOADED);
    assertThat(cache.stats().undecodable()).isZero();
  }

  @Test
  void releasesOfDifferentSchemaVersionsReplaceEachOthersEntries_butNeverThrow() {
    CacheAside<Long, Planet> before = with(b -> b);
    CacheAside<Long, Planet> after = with(b -> b.schemaVersion(2));
    for (int i = 0; i < 2; i++) {
      assertThat(read(before, 1)).isEqualTo(Outcome.LOADED);
      assertThat(read(after, 1)).isEqualTo(Outcome.LOADED);
      assertThat(read(after, 1)).isEqualTo(Outcome.HIT);
    }
    assertThat(before.stats().otherSchema()).isEqualTo(1);
    assertThat(after.stats().otherSchema()).isEqualTo(2);
    assertThat(after.stats().undecodable()).isZero();
    table.set(1, "renamed");
    before.invalidate(1L); // reaches the entry of the other release
    assertThat(after.get(1L)).contains(new Planet(1, "renamed"));
    assertThat(after.getAll(List.of(1L))).isEqualTo(Map.of(1L, new Planet(1, "renamed")));
  }

  @Test
  void layoutsForOtherProgramsTakeNoneOfThese() {
    Map<String, CacheAsideBuilder<Object, Planet>> options =
        Map.of(
            "encryption Encryption[AES-GCM]", builder(redis.plain()).encryption(ENCRYPTION),
            "compression Compression[lz4 from 9 bytes]",
                builder(redis.plain()).compression(Compression.lz4().from(9)),
            "schemaVersion 1", builder(redis.plain()).schemaVersion(1));
    options.forEach(
        (option, builder) ->
            assertThatThrownBy(() -> builder.build(table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(option + ": the plain and hash layouts"));
  }

  @Test
  void limitsAreChecked() {
    assertThatThrownBy(() -> builder(redis).maxPayload(0))
        .hasMessage("bytes must be 1 to 536870912 but was 0");
    assertThatThrownBy(() -> builder(redis).schemaVersion(256))
        .hasMessage("version must be 0 to 255 but was 256");
    assertThatThrownBy(() -> Compression.zstd(20)).hasMessage("level must be 1 to 19 but was 20");
    assertThatThrownBy(() -> Compression.lz4().from(-1))
        .hasMessage("bytes must not be negative: -1");
  }
}
