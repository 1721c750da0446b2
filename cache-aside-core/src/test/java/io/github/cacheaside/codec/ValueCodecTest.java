package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.github.cacheaside.spi.StoredValue;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that were compressed, encrypted or versioned come back; nothing else does. */
final class ValueCodecTest {
  private static final int LIMIT = 1 << 20;
  private static final String TEXT = "all work and no play ".repeat(200);
  private static final SecretKey OLD = new SecretKeySpec(new byte[16], "AES");
  private static final SecretKey NEW =
      new SecretKeySpec(
          "0123456789abcdef".repeat(2).getBytes(java.nio.charset.StandardCharsets.US_ASCII), "AES");
  private static final Encryption UNDER_OLD = Encryption.aesGcm(EncryptionKeys.of(1, OLD));
  private static final Encryption UNDER_NEW =
      Encryption.aesGcm(EncryptionKeys.of(2, NEW).alsoReading(1, OLD));

  static List<Compression> compressions() {
    return List.of(Compression.zstd(), Compression.zstd(19), Compression.lz4());
  }

  private static ValueCodec<String> codec(
      @Nullable Compression compression, @Nullable Encryption encryption) {
    return new ValueCodec<>(Serializer.utf8(), LIMIT, 0, compression, encryption);
  }

  private static StoredValue compressed(byte[] payload) {
    return StoredValue.of(payload, new StoredValue.Form(0, true, false));
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void aCompressedValueIsReadByEveryCache(Compression compression) throws Exception {
    StoredValue stored = codec(compression, null).encode("k", TEXT);
    assertThat(stored.form().compressed()).isTrue();
    assertThat(stored.payload()).hasSizeLessThan(TEXT.length() / 10);
    assertThat(codec(null, null).decode("k", stored)).isEqualTo(TEXT);
    assertThat(codec(Compression.lz4(), null).decode("k", stored)).isEqualTo(TEXT);
    StoredValue plain = codec(null, null).encode("k", TEXT);
    assertThat(codec(compression, null).decode("k", plain)).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @MethodSource("compressions")
  void whatIsShortOrDoesNotShrinkIsKeptAsItIs(Compression compression) throws Exception {
    StoredValue small = codec(compression, null).encode("k", "a".repeat(1023));
    assertThat(small.form()).isSameAs(StoredValue.Form.PLAIN);
    assertThat(
            codec(compression.from(1023), null).encode("k", "a".repeat(1023)).form().compressed())
        .isTrue();
    byte[] noise = new byte[4096];
    new Random(1).nextBytes(noise);
    ValueCodec<byte[]> bytes =
        new ValueCodec<>(Serializer.bytes(), LIMIT, 0, compression, /* encryption= */ null);
    StoredValue stored = bytes.encode("k", noise);
    assertThat(stored.form().compressed()).isFalse();
    assertThat(bytes.decode("k", stored)).isEqualTo(noise);
  }

  @Test
  void aBombIsRefusedByWhatItDeclares_andByWhatItIs() {
    byte[] zeros = Zstd.compress(new byte[64 << 20], 3);
    assertThatThrownBy(() -> codec(null, null).decode("k", compressed(bomb(1, 64 << 20, zeros))))
        .isInstanceOf(RefusedValueException.Oversized.class)
        .hasMessage("payload of 67108864 bytes, maxPayload is 1048576");
    for (int declared : new int[] {0, 1, 100, LIMIT}) {
      assertThatThrownBy(() -> codec(null, null).decode("k", compressed(bomb(1, declared, zeros))))
          .isInstanceOf(RefusedValueException.class);
    }
    for (int declared : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> codec(null, null).decode("k", compressed(bomb(2, declared, zeros))))
          .isInstanceOf(RefusedValueException.class);
    }
    // ten bytes of LZ4 can't become a megabyte, so none is allocated
    assertThatThrownBy(
            () -> codec(null, null).decode("k", compressed(bomb(2, LIMIT, new byte[10]))))
        .hasMessage("not compressed in a known way");
    assertThatThrownBy(() -> codec(null, null).decode("k", compressed(bomb(3, 1, new byte[10]))))
        .hasMessage("not compressed in a known way");
  }

  private static byte[] bomb(int algorithm, int declared, byte[] data) {
    return ByteBuffer.allocate(5 + data.length)
        .put((byte) algorithm)
        .putInt(declared)
        .put(data)
        .array();
  }

  @Test
  void aPayloadAboveTheLimitIsNeitherWrittenNorRead() throws Exception {
    ValueCodec<byte[]> small = new ValueCodec<>(Serializer.bytes(), 10, 0, null, UNDER_OLD);
    assertThat(small.decode("k", small.encode("k", new byte[10]))).hasSize(10);
    assertThatThrownBy(() -> small.encode("k", new byte[11]))
        .isInstanceOf(RefusedValueException.Oversized.class);
    ValueCodec<byte[]> large = new ValueCodec<>(Serializer.bytes(), 11, 0, null, UNDER_OLD);
    StoredValue stored = large.encode("k", new byte[11]);
    assertThatThrownBy(() -> small.decode("k", stored))
        .isInstanceOf(RefusedValueException.Oversized.class);
  }

  @Test
  void anEncryptedValueIsNotReadable_norTwiceTheSame() throws Exception {
    StoredValue once = codec(null, UNDER_OLD).encode("k", TEXT);
    StoredValue again = codec(null, UNDER_OLD).encode("k", TEXT);
    assertThat(once.form()).isEqualTo(new StoredValue.Form(0, false, true));
    assertThat(once.payload()).hasSize(TEXT.length() + Encryption.OVERHEAD);
    assertThat(once.payload()).isNotEqualTo(again.payload());
    assertThat(new String(once.payload(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("work");
    assertThat(codec(null, UNDER_OLD).decode("k", once)).isEqualTo(TEXT);
    StoredValue both = codec(Compression.zstd(), UNDER_OLD).encode("k", TEXT);
    assertThat(both.form()).isEqualTo(new StoredValue.Form(0, true, true));
    assertThat(codec(null, UNDER_OLD).decode("k", both)).isEqualTo(TEXT);
  }

  @Test
  void whateverIsChangedOrMovedIsRefused() throws Exception {
    StoredValue stored = codec(null, UNDER_OLD).encode("planet:3", "Earth");
    assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("planet:4", stored))
        .isInstanceOf(AEADBadTagException.class);
    for (int at = 0; at < stored.payload().length; at++) {
      byte[] changed = stored.payload().clone();
      changed[at] ^= 1;
      StoredValue forged = StoredValue.of(changed, stored.form());
      assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("planet:3", forged))
          .isInstanceOf(Exception.class);
    }
    StoredValue otherForm = StoredValue.of(stored.payload(), new StoredValue.Form(0, true, true));
    assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("planet:3", otherForm))
        .isInstanceOf(AEADBadTagException.class);
    StoredValue otherVersion =
        StoredValue.of(stored.payload(), new StoredValue.Form(7, false, true));
    ValueCodec<String> seven = new ValueCodec<>(Serializer.utf8(), LIMIT, 7, null, UNDER_OLD);
    assertThatThrownBy(() -> seven.decode("planet:3", otherVersion))
        .isInstanceOf(AEADBadTagException.class);
    assertThatThrownBy(
            () -> codec(null, UNDER_OLD).decode("planet:3", StoredValue.absent(stored.payload())))
        .isInstanceOf(AEADBadTagException.class);
  }

  @Test
  void keysThatLookTheSameInUtf8AreNotTheSame() throws Exception {
    StoredValue stored = codec(null, UNDER_OLD).encode("k\uD83D", "x");
    assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("k?", stored))
        .isInstanceOf(AEADBadTagException.class);
  }

  @Test
  void anAbsenceIsSealedToo() throws Exception {
    StoredValue absent = codec(null, UNDER_OLD).encode("k", null);
    assertThat(absent.isAbsent()).isTrue();
    assertThat(codec(null, UNDER_NEW).decode("k", absent)).isNull();
    assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("other", absent))
        .isInstanceOf(AEADBadTagException.class);
    assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("k", StoredValue.absent()))
        .hasMessage("an entry that is not encrypted");
    StoredValue asValue = StoredValue.of(absent.payload(), new StoredValue.Form(0, false, true));
    assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("k", asValue))
        .isInstanceOf(AEADBadTagException.class);
  }

  @Test
  void keysRotate() throws Exception {
    AtomicReference<EncryptionKeys> keys = new AtomicReference<>(EncryptionKeys.of(1, OLD));
    ValueCodec<String> codec = codec(null, Encryption.aesGcm(keys::get));
    StoredValue underOld = codec.encode("k", "x");
    keys.set(EncryptionKeys.of(2, NEW).alsoReading(1, OLD));
    StoredValue underNew = codec.encode("k", "y");
    assertThat(ByteBuffer.wrap(underNew.payload()).getInt()).isEqualTo(2);
    assertThat(codec.decode("k", underOld)).isEqualTo("x");
    keys.set(EncryptionKeys.of(2, NEW));
    assertThat(codec.decode("k", underNew)).isEqualTo("y");
    assertThatThrownBy(() -> codec.decode("k", underOld))
        .hasMessage("encrypted under the unknown key 1");
  }

  @Test
  void plainValuesAreForThoseWhoSaySo_andEncryptedOnesForThoseWhoCan() throws Exception {
    StoredValue plain = codec(null, null).encode("k", "x");
    assertThatThrownBy(() -> codec(null, UNDER_OLD).decode("k", plain))
        .hasMessage("an entry that is not encrypted");
    assertThat(codec(null, UNDER_OLD.readingPlainToo()).decode("k", plain)).isEqualTo("x");
    StoredValue encrypted = codec(null, UNDER_OLD).encode("k", "x");
    assertThat(codec(null, UNDER_OLD.readingPlainToo()).decode("k", encrypted)).isEqualTo("x");
    assertThatThrownBy(() -> codec(null, null).decode("k", encrypted))
        .hasMessage("an encrypted entry in a cache without encryption");
  }

  @Test
  void nothingNamesAKey() {
    String all = UNDER_NEW + " " + EncryptionKeys.of(2, NEW).alsoReading(1, OLD);
    assertThat(all)
        .isEqualTo("Encryption[AES-GCM] EncryptionKeys[writing 2, reading [1, 2]]")
        .doesNotContain("0123");
    assertThatThrownBy(() -> EncryptionKeys.of(3, new SecretKeySpec(new byte[5], "AES")))
        .hasMessage("key 3 must have 16, 24 or 32 bytes but has 5");
    assertThatThrownBy(() -> EncryptionKeys.of(3, new SecretKeySpec(new byte[16], "DES")))
        .hasMessage("key 3 must be for AES but is for DES");
    assertThatThrownBy(() -> EncryptionKeys.of(3, OLD).alsoReading(3, NEW))
        .hasMessage("id 3 is taken by another key");
  }

  @Test
  void anotherSchemaVersionIsRefused_butNotAnAbsence() throws Exception {
    ValueCodec<String> two = new ValueCodec<>(Serializer.utf8(), LIMIT, 2, null, null);
    StoredValue stored = two.encode("k", "x");
    assertThat(two.decode("k", stored)).isEqualTo("x");
    assertThatThrownBy(() -> codec(null, null).decode("k", stored))
        .isInstanceOf(RefusedValueException.OtherSchema.class)
        .hasMessage("schema version 2 instead of 0");
    assertThat(codec(null, null).decode("k", two.encode("k", null))).isNull();
  }

  @Test
  void fieldsThatAreNoObjectAreRefused() {
    for (String text : List.of("7", "[]", "{}", "", "\"x\"", "null")) {
      assertThatThrownBy(
              () ->
                  Serializer.fields(Named.class)
                      .deserialize(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
          .as(text)
          .isInstanceOf(java.io.IOException.class);
    }
  }

  record Named(String name) {}
}
