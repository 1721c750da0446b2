package io.github.cacheaside.codec;

import java.io.IOException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON by Jackson 3; what it writes is what {@link JsonSerializer} writes. */
final class Json3Serializer<V> implements Serializer<V> {
  // The rules of JsonSerializer.MAPPER, as far as they are not the defaults of Jackson 3.
  static final JsonMapper MAPPER =
      keepingDates(
              JsonMapper.builder(
                  JsonFactory.builder()
                      .streamReadConstraints( // maxPayload bounds what a text may be
                          StreamReadConstraints.builder()
                              .maxStringLength(Integer.MAX_VALUE)
                              .build())
                      .build()))
          .disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private final ObjectWriter writer;
  private final ObjectReader reader;
  private final Written<V> written;

  Json3Serializer(ObjectMapper mapper, JavaType type) {
    this.writer = mapper.writerFor(type);
    this.reader = mapper.readerFor(type);
    boolean open = Json3Types.areOpen(mapper, /* own= */ mapper == MAPPER, type);
    this.written = new Written<>(type.getRawClass(), open);
  }

  static JsonMapper.Builder keepingDates(JsonMapper.Builder mapper) {
    return mapper
        .addModule(Json3Module.create())
        .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
        .disable(
            DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
            DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
            DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE,
            DateTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  @Override
  public byte[] serialize(V value) throws Exception {
    written.before(value);
    byte[] bytes = writer.writeValueAsBytes(value);
    written.after(value, () -> deserialize(bytes));
    return bytes;
  }

  @Override
  public V deserialize(byte[] bytes) throws IOException {
    return deserialize(bytes, 0);
  }

  @Override
  public V deserialize(byte[] bytes, int offset) throws IOException {
    V value = reader.readValue(bytes, offset, bytes.length - offset);
    if (value == null) {
      throw new IOException("the JSON text is null");
    }
    return value;
  }
}
