package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.redis.WireDecoders;
import io.github.cacheaside.spi.StoredValue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Any bytes give a value or a refusal: {@code -Dcacheaside.fuzz.inputs=10000000} for more of them,
 * {@code -Dcacheaside.fuzz.seed=} for others.
 */
final class FuzzTest {
  private static final long INPUTS = Long.getLong("cacheaside.fuzz.inputs", 400_000);
  private static final long SEED = Long.getLong("cacheaside.fuzz.seed", 1);

  private static final int LIMIT = 1 << 16;
  private static final long MOST_BYTES = 2 << 20;

  /**
   * Jackson allows itself more for a moment: 8 MiB for a BigInteger that is written as 1e99999, a
   * table of the names it has seen.
   */
  private static final long MOST_BYTES_OF_JSON = 64 << 20;

  private static final String KEY = "golden:3";

  /** A bit of everything that serializers know. */
  record Thing(
      long id, String name, BigInteger big, Map<String, List<Double>> more, @Nullable Thing next) {}

  private static final Thing THING =
      new Thing(
          3,
          "Gr\u00f6\u00dfe \uD83E\uDE90",
          BigInteger.TEN.pow(30),
          new HashMap<>(Map.of("a", new ArrayList<>(List.of(1.5, -2.0)), "b", new ArrayList<>())),
          new Thing(4, "x".repeat(1500), BigInteger.ONE, new HashMap<>(), null));
  private static final Encryption ENCRYPTION =
      Encryption.aesGcm(EncryptionKeys.of(7, new SecretKeySpec(ascii("the key of tests"), "AES")));

  private static final StoredValue.Form SEALED_FORM = new StoredValue.Form(0, false, true);
  private static final byte[] SEALED = seal();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static List<byte[]> golden() throws IOException {
    Path folder =
        Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base"))
            .resolve("cache-aside-core/src/test/resources/golden");
    List<byte[]> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String hex = Files.readString(file).replaceAll("(?m)^#.*$", "").replaceAll("\\s", "");
        all.add(HexFormat.of().parseHex(hex));
      }
    }
    assertThat(all).hasSizeGreaterThan(10);
    return all;
  }

  private static <V> ValueCodec<V> codec(Serializer<V> serializer, Compression compression) {
    return new ValueCodec<>(serializer, LIMIT, 0, compression, null);
  }

  private static Fuzzer payloads(String name, long mostBytes, Serializer<Thing> serializer)
      throws Exception {
    List<byte[]> seeds = List.of(serializer.serialize(THING), new byte[0]);
    return new Fuzzer(name, seeds, mostBytes, bytes -> serializer.deserialize(bytes) != null);
  }

  /** The whole way of an entry: its header, then whatever the header says, then the value. */
  private static Fuzzer entries(String name, ValueCodec<?> codec) throws IOException {
    return new Fuzzer(
        name,
        golden(),
        MOST_BYTES_OF_JSON,
        raw -> codec.decode(KEY, WireDecoders.value(raw)) != null);
  }

  private static Fuzzer compressed(String name, Compression compression) throws Exception {
    byte[] seed = codec(Serializer.utf8(), compression).encode(KEY, "ab".repeat(1000)).payload();
    return new Fuzzer(
        name,
        List.of(seed),
        MOST_BYTES,
        bytes -> {
          assertThat(Compression.decompress(bytes, LIMIT).length).isLessThanOrEqualTo(LIMIT);
          return true;
        });
  }

  /** Whatever can be decrypted is what was encrypted: nothing else passes for it. */
  private static Fuzzer encrypted(Fuzzer.Target forgery) throws Exception {
    return new Fuzzer("encrypted", List.of(SEALED), MOST_BYTES, forgery);
  }

  private static byte[] seal() {
    try {
      return ENCRYPTION.seal(KEY, StoredValue.of(ascii("a secret"), SEALED_FORM));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Fuzzer> all() throws Exception {
    return List.of(
        new Fuzzer("header, replies", golden(), MOST_BYTES, FuzzTest::wire),
        entries("entries", codec(Serializer.json(Thing.class), Compression.lz4())),
        entries(
            "encrypted entries",
            new ValueCodec<>(Serializer.bytes(), LIMIT, 0, null, ENCRYPTION.readingPlainToo())),
        payloads("json", MOST_BYTES_OF_JSON, Serializer.json(Thing.class)),
        payloads("fields", MOST_BYTES_OF_JSON, Serializer.fields(Thing.class)),
        new Fuzzer(
            "utf8",
            List.of(Serializer.utf8().serialize("Gr\u00f6\u00dfe \uD83E\uDE90")),
            MOST_BYTES,
            bytes -> !Serializer.utf8().deserialize(bytes).isEmpty()),
        compressed("zstd", Compression.zstd()),
        compressed("lz4", Compression.lz4()),
        encrypted(FuzzTest::unforged));
  }

  private static boolean wire(byte[] raw) {
    try {
      return WireDecoders.decodeAll(raw);
    } catch (Exception e) { // here even that is too much
      throw new AssertionError(e);
    }
  }

  private static boolean unforged(byte[] sealed) throws Exception {
    byte[] opened = ENCRYPTION.open(KEY, StoredValue.of(sealed, SEALED_FORM));
    assertThat(Arrays.equals(sealed, SEALED)).as("a forgery was accepted").isTrue();
    assertThat(opened).isEqualTo(ascii("a secret"));
    return true;
  }

  @Test
  void anyBytesGiveAValueOrARefusal() throws Exception {
    List<Fuzzer> fuzzers = all();
    List<Fuzzer.Result> results =
        fuzzers.parallelStream().map(one -> one.run(SEED, INPUTS / fuzzers.size() + 1)).toList();
    results.forEach(result -> System.out.println("  " + result));
    long inputs = results.stream().mapToLong(Fuzzer.Result::inputs).sum();
    List<String> crashes = results.stream().flatMap(one -> one.crashes().stream()).toList();
    System.out.println(
        "RESULT fuzz inputs=" + inputs + " crashes=" + crashes.size() + " seed=" + SEED);
    assertThat(crashes).isEmpty();
    assertThat(inputs).isGreaterThanOrEqualTo(INPUTS);
    assertThat(results).allSatisfy(result -> assertThat(result.accepted()).isPositive());
  }

  @Test
  void aHeaderThatIsReadWithoutABoundsCheckIsFound() throws Exception {
    Fuzzer broken =
        new Fuzzer(
            "broken header",
            golden(),
            MOST_BYTES,
            raw -> {
              try {
                return raw.length > 3 && (raw[3] & 2) != 0 && ByteBuffer.wrap(raw).getShort(41) > 0;
              } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(broken.run(SEED, 50_000).crashes()).isNotEmpty();
  }

  @Test
  void aDecompressorThatBelievesTheDeclaredLengthIsFound() throws Exception {
    byte[] seed =
        codec(Serializer.utf8(), Compression.zstd()).encode(KEY, "ab".repeat(1000)).payload();
    Fuzzer broken =
        new Fuzzer(
            "broken decompressor",
            List.of(seed),
            MOST_BYTES,
            bytes -> {
              int declared = ByteBuffer.wrap(bytes).getInt(1);
              byte[] target = new byte[declared];
              return Compression.decompress(bytes, LIMIT).length == target.length;
            });
    assertThat(broken.run(SEED, 50_000).crashes()).isNotEmpty();
  }

  @Test
  void anEncryptionThatDoesNotLookAtItsTagIsFound() throws Exception {
    Fuzzer broken =
        encrypted(
            bytes -> {
              if (bytes.length >= Encryption.OVERHEAD && !Arrays.equals(bytes, SEALED)) {
                throw new AssertionError("a forgery was accepted");
              }
              return true;
            });
    assertThat(broken.run(SEED, 1_000).crashes()).isNotEmpty();
  }

  @Test
  void aDecoderThatTakesTooLongIsFound() throws Exception {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Fuzzer broken =
        new Fuzzer(
            "slow",
            List.of(new byte[] {1}),
            MOST_BYTES,
            bytes -> {
              long end = threads.getCurrentThreadCpuTime() + 150_000_000; // whatever else runs
              while (bytes.length > 1 && threads.getCurrentThreadCpuTime() < end) {
                Thread.onSpinWait();
              }
              return true;
            });
    assertThat(broken.run(SEED, 50).crashes()).anyMatch(crash -> crash.contains("100 ms"));
  }
}
