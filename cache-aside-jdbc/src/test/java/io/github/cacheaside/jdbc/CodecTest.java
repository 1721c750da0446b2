package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.values.Columns;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {
  private static final long SEED = 20240131;

  private static final List<@Nullable Object> VALUES =
      Arrays.asList(
          null,
          true,
          false,
          (byte) -128,
          (short) 32767,
          Integer.MIN_VALUE,
          Long.MAX_VALUE,
          new BigInteger("-99999999999999999999"),
          -0.0f,
          Float.NaN,
          -0.0,
          Double.MIN_VALUE,
          1e300,
          Double.NaN,
          Double.NEGATIVE_INFINITY,
          new BigDecimal("1.50"),
          new BigDecimal("-1E+30"),
          "",
          "Grüße 😀 \u0000\"",
          new byte[0],
          new byte[] {0, -1},
          LocalDate.MIN,
          LocalDate.MAX,
          LocalTime.MAX,
          LocalDateTime.of(2024, 3, 31, 2, 30, 0, 1000),
          OffsetTime.of(1, 2, 3, 4, ZoneOffset.ofHours(-18)),
          OffsetDateTime.of(2024, 1, 31, 1, 2, 3, 4, ZoneOffset.ofHoursMinutes(5, 30)),
          Duration.ofMillis(-1500),
          Duration.ofSeconds(3_020_399),
          new UUID(-1, 1),
          List.of(),
          Arrays.asList(1L, null, List.of("x", new byte[] {1})));

  static Row row(List<String> labels, @Nullable Object... values) {
    return new Row(new Columns(labels), values);
  }

  private static List<Row> oneOfEach(RowFormat format) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < VALUES.size(); i++) {
      labels.add("c" + i);
    }
    Row row = format.normalise(row(labels, VALUES.toArray()));
    return List.of(row, row);
  }

  @ParameterizedTest
  @EnumSource
  void everyValue_comesBackWithItsClass(RowFormat format) throws Exception {
    Serializer<List<Row>> codec = format.serializer();
    List<Row> rows = oneOfEach(format);

    List<Row> back = codec.deserialize(codec.serialize(rows));

    assertThat(back).isEqualTo(rows);
    for (int i = 0; i < VALUES.size(); i++) {
      Object value = rows.get(0).get(i);
      if (value != null && !(value instanceof List)) {
        assertThat(back.get(0).get(i)).hasSameClassAs(value);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noRows_comeBackAsNoRows(RowFormat format) throws Exception {
    byte[] bytes = format.serializer().serialize(List.of());

    assertThat(format.serializer().deserialize(bytes)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void flippedBits_areReadOrRefused_neverWorse(RowFormat format) throws Exception {
    byte[] good = format.serializer().serialize(oneOfEach(format));
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      readOrRefuse(format, bad);
    }
  }

  @ParameterizedTest
  @EnumSource
  void cutOffBytes_areRefused(RowFormat format) throws Exception {
    byte[] good = format.serializer().serialize(oneOfEach(format));
    for (int length = 0; length < good.length; length++) {
      byte[] bad = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> format.serializer().deserialize(bad))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void randomBytes_areReadOrRefused_neverWorse(RowFormat format) throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && i % 2 == 0) {
        bytes[0] = (byte) (format == RowFormat.BINARY ? 1 : '[');
      }
      readOrRefuse(format, bytes);
    }
  }

  private static void readOrRefuse(RowFormat format, byte[] bytes) throws Exception {
    try {
      assertThat(format.serializer().deserialize(bytes)).isNotNull();
    } catch (IOException refused) {
      assertThat(refused).hasMessageNotContaining("OutOfMemory");
    }
  }

  @Test
  void binary_refusesCountsBeyondItsBytes() {
    byte[] manyRows = {1, 1, 1, 'a', (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 0};

    assertThatThrownBy(() -> new RowCodec().deserialize(manyRows))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("bytes left");
  }

  @Test
  void binary_keepsTwoColumnsOfOneLabel() throws Exception {
    List<Row> rows = List.of(row(List.of("id", "id"), 1, 2));

    assertThat(new RowCodec().deserialize(new RowCodec().serialize(rows))).isEqualTo(rows);
  }

  /** Bytes of version 1, which are in caches: they must always be readable. */
  @Test
  void binary_ofVersion1_staysReadable() throws Exception {
    byte[] version1 = {
      1, 2, 2, 'i', 'd', 4, 'n', 'a', 'm', 'e', 1, 6, 6, 11, 5, 'E', 'a', 'r', 't', 'h'
    };

    assertThat(new RowCodec().deserialize(version1))
        .containsExactly(row(List.of("id", "name"), 3L, "Earth"));
    assertThat(new RowCodec().serialize(List.of(row(List.of("id", "name"), 3L, "Earth"))))
        .isEqualTo(version1);
  }

  @Test
  void json_isWhatOtherLanguagesExpect() throws Exception {
    Row row =
        row(
            List.of("id", "name", "ok", "price", "day", "x", "f", "none"),
            1L,
            "Mercury",
            true,
            new BigDecimal("1.50"),
            LocalDate.of(2024, 1, 31),
            new byte[] {1},
            2.0,
            null);

    assertThat(new String(new JsonRowCodec().serialize(List.of(row)), StandardCharsets.UTF_8))
        .isEqualTo(
            "[{\"id\":1,\"name\":\"Mercury\",\"ok\":true,\"price\":{\"$decimal\":\"1.50\"},"
                + "\"day\":{\"$date\":\"2024-01-31\"},\"x\":{\"$bytes\":\"AQ==\"},\"f\":2.0,"
                + "\"none\":null}]");
  }

  @Test
  void json_columnNamedLikeAWrapper_isAColumn() throws Exception {
    List<Row> rows = List.of(row(List.of("$decimal"), "1.50"));

    assertThat(new JsonRowCodec().deserialize(new JsonRowCodec().serialize(rows))).isEqualTo(rows);
  }

  @ParameterizedTest
  @EnumSource
  void loneSurrogate_isRefused(RowFormat format) {
    List<Row> rows = List.of(row(List.of("a"), "\ud800"));

    assertThatThrownBy(() -> format.serializer().serialize(rows)).isInstanceOf(IOException.class);
  }

  @Test
  void aNumberOfMoreDigitsThanAnyDatabaseHas_isRefusedBeforeItIsRead() throws Exception {
    Serializer<List<Row>> codec = RowFormat.JSON.serializer();
    String most = "9".repeat(150_000);
    String json = "[{\"a\":{\"$decimal\":\"%s\"}}]";
    byte[] good = json.formatted(most).getBytes(StandardCharsets.UTF_8);
    assertThat(codec.deserialize(good)).hasSize(1);
    byte[] bad = json.formatted(most + "9").getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> codec.deserialize(bad)).isInstanceOf(IOException.class);
  }
}
