package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.Encryption;
import io.github.cacheaside.codec.EncryptionKeys;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Any bytes and any type under a key of a real Redis: reads answer and heal it, scripts don't fail.
 * {@code -Dcacheaside.fuzz.keys=100000} for more, {@code -Dcacheaside.fuzz.seed=} for others.
 */
@Tag("long")
final class GarbageTest extends CacheTest {
  private static final int KEYS = Integer.getInteger("cacheaside.fuzz.keys", 4_000);
  private static final int BATCH = 500;
  private static final long SEED = Long.getLong("cacheaside.fuzz.seed", 1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final LeaseToken TOKEN = new LeaseToken(1, 2);
  private static final Encryption ENCRYPTION =
      Encryption.aesGcm(EncryptionKeys.of(7, new SecretKeySpec(new byte[16], "AES")));

  private static RedisClient client;
  private static RedisAsyncCommands<byte[], byte[]> raw;

  private final SplittableRandom random = new SplittableRandom(SEED);

  @BeforeAll
  static void open() {
    client = RedisClient.create(TestServers.redis().uri());
    raw = client.connect(ByteArrayCodec.INSTANCE).async();
  }

  @AfterAll
  static void shutDown() {
    client.shutdown();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T> T now(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /** A golden file with some bytes changed, cut off or repeated; or noise. */
  private byte[] garbage(List<GoldenFile> files) {
    byte[] bytes = files.get(random.nextInt(files.size())).bytes().clone();
    for (int times = random.nextInt(1, 4); times > 0 && bytes.length > 0; times--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(64));
        case 2 -> random.nextBytes(bytes);
        case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 16), (byte) '9');
        case 4 -> bytes[Math.min(at, 3)] = (byte) random.nextInt();
        default -> bytes[at] = (byte) random.nextInt();
      }
    }
    return bytes;
  }

  /** Puts garbage under a key; every tenth time something that is no string. */
  private CompletionStage<?> spoil(byte[] key, List<GoldenFile> files) {
    byte[] garbage = garbage(files);
    return switch (random.nextInt(40)) {
      case 0 -> replace(key, raw.rpush(key, garbage));
      case 1 -> replace(key, raw.sadd(key, garbage));
      case 2 -> replace(key, raw.hset(key, garbage, garbage));
      case 3 -> replace(key, raw.zadd(key, 1, garbage));
      default -> raw.set(key, garbage);
    };
  }

  private CompletionStage<?> replace(byte[] key, CompletionStage<?> written) {
    return written.thenCompose(done -> raw.pexpire(key, 60_000));
  }

  private void spoilAll(List<Long> ids) throws Exception {
    List<GoldenFile> files = GoldenFile.all();
    List<CompletableFuture<?>> sent = new ArrayList<>();
    raw.del(ids.stream().map(id -> bytes(name + ":" + id)).toArray(byte[][]::new));
    for (long id : ids) {
      sent.add(spoil(bytes(name + ":" + id), files).toCompletableFuture());
    }
    now(CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)));
  }

  private CacheAsideBuilder<Object, Planet> impatient() {
    return builder(redis).maxWait(Duration.ofMillis(1)).absentTtl(MINUTE);
  }

  private static Map<Long, Planet> rows(List<Long> ids) {
    return ids.stream().collect(Collectors.toMap(id -> id, id -> new Planet(id, "row " + id)));
  }

  private static CacheLoader<Long, Planet> loader() {
    return CacheLoader.of(id -> new Planet(id, "row " + id), ids -> rows(List.copyOf(ids)));
  }

  @Test
  void readsAnswer_countAndHeal() throws Exception {
    CacheAside<Long, Planet> cache = impatient().build(loader());
    long healed = 0;
    for (int from = 0; from < KEYS; from += BATCH) {
      List<Long> ids = LongStream.range(from, from + BATCH).boxed().toList();
      spoilAll(ids);
      cache.getAll(ids);
      settle();
      long loads = cache.stats().bypassed();
      assertThat(cache.getAll(ids).keySet()).isSubsetOf(ids);
      // what stays is what garbage may say too: that somebody loads or writes
      healed += BATCH - (cache.stats().bypassed() - loads);
    }
    CacheStats stats = cache.stats();
    System.out.println(
        "RESULT garbage keys=%d undecodable=%d otherSchema=%d storeFailures=%d healed=%d crashes=0 seed=%d"
            .formatted(
                KEYS,
                stats.undecodable(),
                stats.otherSchema(),
                stats.storeFailures(),
                healed,
                SEED));
    assertThat(stats.undecodable()).isGreaterThan(KEYS / 4);
    assertThat(stats.otherSchema()).isPositive();
    assertThat(stats.storeFailures()).isZero();
    assertThat(healed).isGreaterThan(KEYS * 3L / 4);
  }

  @Test
  void aCacheThatEncryptsAnswersNothingButRows() throws Exception {
    CacheAside<Long, Planet> cache = impatient().encryption(ENCRYPTION).build(loader());
    for (int from = 0; from < KEYS; from += BATCH) {
      List<Long> ids = LongStream.range(from, from + BATCH).boxed().toList();
      spoilAll(ids);
      assertThat(cache.getAll(ids)).isEqualTo(rows(ids));
      settle();
      assertThat(cache.getAll(ids)).isEqualTo(rows(ids));
    }
    assertThat(cache.stats().storeFailures()).isZero();
  }

  @Test
  void noScriptFailsWhateverIsThere() throws Exception {
    List<Function<String, CompletionStage<?>>> operations =
        List.of(
            key -> redis.lookup(key),
            key -> redis.lease(key, TOKEN, MINUTE),
            key -> redis.renew(key, TOKEN, MINUTE),
            key -> redis.fill(key, TOKEN, StoredValue.absent(), MINUTE),
            key -> redis.abandon(key, TOKEN),
            key -> redis.put(key, StoredValue.absent(), MINUTE),
            key -> redis.drop(key),
            key -> redis.soften(key, MINUTE),
            key -> redis.intent(key, TOKEN, MINUTE),
            key -> redis.release(key, TOKEN),
            key -> redis.generation(key),
            key -> redis.generationOr(key, TOKEN));
    for (Function<String, CompletionStage<?>> operation : operations) {
      for (int from = 0; from < KEYS / 4; from += BATCH) {
        List<Long> ids = LongStream.range(from, from + BATCH).boxed().toList();
        spoilAll(ids);
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (long id : ids) {
          sent.add(operation.apply(name + ":" + id).toCompletableFuture());
        }
        now(CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new)));
      }
    }
  }

  @Test
  void aMarkFarInTheFutureIsNobodys() throws Exception {
    byte[] key = bytes(name + ":1");
    for (String deadline :
        List.of("9999999999999999", "             inf", "             nan", "garbage, garbage")) {
      now(raw.set(key, bytes("W\1\0\0" + "0123456789abcdef" + deadline)));
      assertThat(now(redis.intent(name + ":1", TOKEN, MINUTE))).isTrue();
      assertThat(now(raw.pttl(key))).as(deadline).isBetween(1L, 60_000L);
      assertThat(now(redis.release(name + ":1", TOKEN))).isTrue();
      assertThat(now(raw.exists(key))).isZero();
    }
  }
}
