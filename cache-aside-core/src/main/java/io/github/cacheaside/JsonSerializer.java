package io.github.cacheaside;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/** JSON by Jackson. */
final class JsonSerializer<V> implements Serializer<V> {

  // Trailing bytes mean that the entry is not what it seems. A date keeps the offset it was written
  // with, or a hit would not equal the miss before it.
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectWriter writer;
  private final ObjectReader reader;

  JsonSerializer(ObjectMapper mapper, JavaType type) {
    this.writer = mapper.writerFor(type);
    this.reader = mapper.readerFor(type);
  }

  @Override
  public byte[] serialize(V value) throws IOException {
    return writer.writeValueAsBytes(value);
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
