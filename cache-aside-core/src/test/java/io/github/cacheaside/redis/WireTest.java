package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of this release; when a golden text changes, so must {@code docs/wire-format.md}. */
final class WireTest {
  private static final LeaseToken TOKEN = new LeaseToken(0x0102030405060708L, 0x1112131415161718L);
  private static final String GOLDEN_LEASE = "4c01000001020304050607081112131415161718";
  private static final String GOLDEN_VALUE = "56010000" + "7b226964223a337d";
  private static final String GOLDEN_ABSENT = "56010001";
  private static final String GOLDEN_STALE =
      "56010004010203040506070811121314151617180000000000000000303139333535613430623838"
          + "7b226964223a337d";

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void aLeaseHasTheseBytes() {
    assertThat(Wire.leaseMarker(TOKEN)).isEqualTo(bytes(GOLDEN_LEASE));
    assertThat(Wire.decode(bytes(GOLDEN_LEASE))).isEqualTo(Lookup.LOADING);
  }

  @Test
  void aValueHasTheseBytes() {
    StoredValue value = StoredValue.of("{\"id\":3}".getBytes(StandardCharsets.UTF_8));
    assertThat(Wire.encode(value)).isEqualTo(bytes(GOLDEN_VALUE));
    Lookup decoded = Wire.decode(bytes(GOLDEN_VALUE));
    assertThat(((Lookup.Hit) decoded).value().payload()).isEqualTo(value.payload());
  }

  @Test
  void anAbsentRowHasTheseBytes() {
    assertThat(Wire.encode(StoredValue.absent())).isEqualTo(bytes(GOLDEN_ABSENT));
    assertThat(((Lookup.Hit) Wire.decode(bytes(GOLDEN_ABSENT))).value().isAbsent()).isTrue();
  }

  @Test
  void aStaleCopyIsReadWithoutItsLease() {
    Lookup decoded = Wire.decode(bytes(GOLDEN_STALE));
    assertThat(((Lookup.Stale) decoded).value().payload())
        .isEqualTo("{\"id\":3}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theHeaderHasFourBytes_andFortyEightWithAnAge() {
    StoredValue empty = StoredValue.of(new byte[0]);
    assertThat(Wire.encode(empty)).hasSize(4);
    assertThat(Wire.encode(empty.timed(StoredValue.Timing.of(1, 1)))).hasSize(48);
  }

  @Test
  void anAgeIsReadAgain_andWhatIsTooLargeForItsPlaceIsCut() {
    StoredValue value =
        StoredValue.absent().timed(new StoredValue.Timing(99, 123_456_789_012L, 4_567, 0));
    Lookup.Hit hit = (Lookup.Hit) Wire.decode(Wire.encode(value));
    assertThat(hit.value().isAbsent()).isTrue();
    assertThat(hit.value().timing())
        .isEqualTo(new StoredValue.Timing(99, 123_456_789_012L, 4_567, 0));
    StoredValue large =
        StoredValue.of(new byte[] {1})
            .timed(new StoredValue.Timing(99, Long.MAX_VALUE, Long.MAX_VALUE, 0));
    hit = (Lookup.Hit) Wire.decode(Wire.encode(large));
    assertThat(hit.value().timing())
        .isEqualTo(new StoredValue.Timing(99, (1L << 40) - 1, (1 << 24) - 1, 0));
  }

  @Test
  void anAgeThatIsCutOff_isUndecodable() {
    StoredValue value = StoredValue.of(new byte[0]).timed(StoredValue.Timing.of(1, 1));
    byte[] timed = Wire.encode(value);
    for (int length = 0; length < timed.length; length++) {
      assertThat(Wire.decode(Arrays.copyOf(timed, length))).isEqualTo(Lookup.UNDECODABLE);
    }
  }

  @Test
  void anyBytesDecodeToSomething() {
    Random random = new Random(1);
    byte[] golden = bytes(GOLDEN_STALE);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes =
          i % 2 == 0 ? new byte[random.nextInt(64)] : Arrays.copyOf(golden, random.nextInt(64));
      if (i % 2 == 0) {
        random.nextBytes(bytes);
      } else if (bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(Wire.decode(bytes)).isNotNull();
      assertThat(Wire.decodeLease(bytes)).isNotNull();
    }
  }

  @Test
  void cutOffBytesAreUndecodable() {
    for (int length = 0; length < 4; length++) {
      assertThat(Wire.decode(Arrays.copyOf(bytes(GOLDEN_VALUE), length)))
          .isEqualTo(Lookup.UNDECODABLE);
    }
    for (int length = 0; length < 40; length++) {
      assertThat(Wire.decode(Arrays.copyOf(bytes(GOLDEN_STALE), length)))
          .isEqualTo(Lookup.UNDECODABLE);
    }
    for (int length = 0; length < 20; length++) {
      assertThat(Wire.decode(Arrays.copyOf(bytes(GOLDEN_LEASE), length)))
          .isEqualTo(Lookup.UNDECODABLE);
    }
    assertThat(Wire.decode(null)).isEqualTo(Lookup.MISSING);
  }

  @Test
  void keysThatDifferHaveBytesThatDiffer() {
    assertThat(Wire.utf8("é?")).isEqualTo("é?".getBytes(StandardCharsets.UTF_8));
    assertThat(Wire.utf8("\uD83D\uDE00x")).isEqualTo(bytes("f09f988078"));
    assertThat(Wire.utf8("\uD83D")).isEqualTo(bytes("eda0bd"));
    assertThat(Wire.utf8("\uDE00a")).isEqualTo(bytes("edb88061"));
  }
}
