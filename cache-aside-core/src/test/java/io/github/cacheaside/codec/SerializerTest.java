package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.io.InputDecorator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.cacheaside.CacheLoader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes back equals what went in. */
final class SerializerTest {
  enum Kind {
    ROCK,
    GAS
  }

  record Moment(
      LocalDate date,
      LocalDateTime time,
      Instant instant,
      OffsetDateTime offset,
      Duration duration,
      @Nullable String nothing,
      Kind kind) {}

  record Order(long id, BigDecimal price, List<String> lines) {}

  record Stranger(String text) {}

  private static final Moment MOMENT =
      new Moment(
          LocalDate.of(2026, 1, 31),
          LocalDateTime.of(2026, 1, 31, 23, 59, 59, 123_456_789),
          Instant.ofEpochSecond(1_700_000_000, 1),
          OffsetDateTime.parse("2026-01-31T10:00:00.5+05:30"),
          Duration.ofNanos(90_061_000_000_001L),
          null,
          Kind.GAS);

  private static <V> V roundTrip(Serializer<V> serializer, V value) throws Exception {
    return serializer.deserialize(serializer.serialize(value));
  }

  @Test
  void json_dates() throws Exception {
    assertThat(roundTrip(Serializer.json(Moment.class), MOMENT)).isEqualTo(MOMENT);
  }

  @Test
  void json_genericType() throws Exception {
    Map<String, List<Moment>> value = Map.of("a", List.of(MOMENT));
    assertThat(roundTrip(Serializer.json(new TypeReference<Map<String, List<Moment>>>() {}), value))
        .isEqualTo(value);
  }

  @Test
  void json_ignoresPropertiesOfAnotherRelease() throws Exception {
    byte[] later = "{\"text\":\"x\",\"more\":1}".getBytes(StandardCharsets.UTF_8);
    assertThat(Serializer.json(Stranger.class).deserialize(later)).isEqualTo(new Stranger("x"));
  }

  @Test
  void json_refusesWhatIsNotOneValue() {
    Serializer<Stranger> json = Serializer.json(Stranger.class);
    for (String text : List.of("", "null", "{", "[]", "{\"text\":\"x\"}{}", "7")) {
      assertThatThrownBy(() -> json.deserialize(text.getBytes(StandardCharsets.UTF_8)))
          .as(text)
          .isInstanceOf(Exception.class);
    }
  }

  @Test
  void fields_everyTypeOfProperty() throws Exception {
    assertThat(roundTrip(Serializer.fields(Moment.class), MOMENT)).isEqualTo(MOMENT);
    Order order = new Order(7, new BigDecimal("1.50"), List.of("1", "true", "null"));
    assertThat(roundTrip(Serializer.fields(Order.class), order)).isEqualTo(order);
    for (String tricky : List.of("", "7", "null", "\"", "{}", " x ")) {
      assertThat(roundTrip(Serializer.fields(Stranger.class), new Stranger(tricky)))
          .isEqualTo(new Stranger(tricky));
    }
  }

  @Test
  void fields_needProperties() {
    assertThatThrownBy(() -> Serializer.fields(Object.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("type has no properties to become fields: java.lang.Object");
  }

  @Test
  void utf8_anyText_butNotMalformedText() throws Exception {
    String text = "Größe 🪐\u0000\n";
    assertThat(roundTrip(Serializer.utf8(), text)).isEqualTo(text);
    assertThatThrownBy(() -> Serializer.utf8().serialize("\uD83D"))
        .isInstanceOf(CharacterCodingException.class);
    assertThatThrownBy(() -> Serializer.utf8().deserialize(new byte[] {(byte) 0xff}))
        .isInstanceOf(CharacterCodingException.class);
  }

  @Test
  void bytes_areBytes() throws Exception {
    byte[] bytes = {0, -1, 'V'};
    assertThat(roundTrip(Serializer.bytes(), bytes)).isEqualTo(bytes);
  }

  @Test
  void loaders_ofOptional() throws Exception {
    CacheLoader<Long, String> loader =
        CacheLoader.ofOptional(id -> id == 1 ? Optional.of("one") : Optional.empty());
    assertThat(loader.load(1L)).isEqualTo("one");
    assertThat(loader.load(2L)).isNull();
    assertThat(loader.loadAll(List.of(1L, 2L))).containsOnlyKeys(1L);
  }

  @Test
  void json_inABatch_eachIsReadAsIfItWereAlone() throws Exception {
    Serializer<Order> json = Serializer.json(Order.class);
    Random random = new Random(1);
    for (int run = 0; run < 2_000; run++) {
      List<byte[]> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Order order = new Order(random.nextLong(), new BigDecimal("7.10"), List.of("ä€", "x\ty"));
        byte[] bytes = json.serialize(order);
        all.add(random.nextInt(8) == 0 ? spoilt(bytes, random) : bytes);
      }
      assertBatch(json, all);
    }
  }

  private static byte[] spoilt(byte[] bytes, Random random) {
    byte[] spoilt = Arrays.copyOf(bytes, random.nextInt(bytes.length) + random.nextInt(8));
    if (spoilt.length > 0) {
      spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
    }
    return spoilt;
  }

  @Test
  void json_inABatch_whatIsNoObjectOrNotAlone() throws Exception {
    List<byte[]> orders = new ArrayList<>();
    String order = "{\"id\":1,\"price\":2,\"lines\":[]}";
    for (String text :
        List.of("", "null", "7", "[]", order + order, order + " ", order, "{", "}")) {
      orders.add(order.getBytes(StandardCharsets.UTF_8));
      orders.add(text.getBytes(StandardCharsets.UTF_8));
      orders.add(text.getBytes(StandardCharsets.UTF_16));
      assertBatch(Serializer.json(Order.class), orders);
    }
    List<byte[]> numbers =
        List.of("1".getBytes(StandardCharsets.UTF_8), "23".getBytes(StandardCharsets.UTF_8));
    assertBatch(Serializer.json(Integer.class), numbers);
    // half a value must not be made whole by the next one
    List<byte[]> halves = new ArrayList<>();
    for (int cut = 1; cut < order.length(); cut++) {
      halves.add(order.substring(0, cut).getBytes(StandardCharsets.UTF_8));
      halves.add(order.substring(cut).getBytes(StandardCharsets.UTF_8));
      assertBatch(Serializer.json(Order.class), halves.subList(halves.size() - 2, halves.size()));
    }
  }

  @Test
  void json_inABatch_whenTheApplicationReadsInAWayOfItsOwn() throws Exception {
    byte[] hidden = "~\"text\":\"x\"}".getBytes(StandardCharsets.UTF_8);
    JsonFactory factory = JsonFactory.builder().inputDecorator(new Opened()).build();
    ObjectMapper mapper = new ObjectMapper(factory);
    SimpleModule module = new SimpleModule();
    module.addDeserializer(Stranger.class, new ByTheCodec());
    for (Serializer<Stranger> json :
        List.of(
            Serializer.json(mapper, new TypeReference<Stranger>() {}),
            Serializer.json(
                new ObjectMapper().registerModule(module), new TypeReference<Stranger>() {}))) {
      List<byte[]> all = List.of(hidden, json.serialize(new Stranger("y")), hidden);
      assertBatch(json, all);
    }
  }

  /** Opens what begins with another sign than JSON does. */
  private static final class Opened extends InputDecorator {
    private static final long serialVersionUID = 1L;

    @Override
    public InputStream decorate(IOContext context, InputStream in) {
      throw new AssertionError("never asked for");
    }

    @Override
    public InputStream decorate(IOContext context, byte[] bytes, int offset, int length) {
      byte[] opened = Arrays.copyOfRange(bytes, offset, offset + length);
      opened[0] = '{';
      return new ByteArrayInputStream(opened);
    }

    @Override
    public Reader decorate(IOContext context, Reader reader) {
      throw new AssertionError("never asked for");
    }
  }

  /** As many are written by hand. */
  private static final class ByTheCodec extends JsonDeserializer<Stranger> {
    @Override
    public Stranger deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = parser.getCodec().readTree(parser);
      return new Stranger(tree.get("text").asText());
    }
  }

  private static <V> void assertBatch(Serializer<V> json, List<byte[]> all) {
    try (var batch = json.batch()) {
      for (byte[] bytes : all) {
        byte[] behind = new byte[bytes.length + 3];
        System.arraycopy(bytes, 0, behind, 3, bytes.length);
        assertThat(outcome(() -> batch.deserialize(behind, 3)))
            .as(new String(bytes, StandardCharsets.UTF_8))
            .isEqualTo(outcome(() -> json.deserialize(bytes)));
      }
    }
  }

  /** The value, or the class of the exception. */
  private static Object outcome(Callable<?> reading) {
    try {
      return reading.call();
    } catch (Exception e) {
      return e.getClass();
    }
  }
}
