package io.github.cacheaside.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.UTF8StreamJsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.MappingJsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** JSON by Jackson. */
final class JsonSerializer<V> implements Serializer<V> {

  // Trailing bytes mean that the entry is not what it seems. A date keeps the offset it was written
  // with, or a hit would not equal the miss before it.
  static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints( // maxPayload bounds what a text may be
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .addModule(new JavaTimeModule().disable(JavaTimeFeature.NORMALIZE_DESERIALIZED_ZONE_ID))
          .addModule(new Jdk8Module())
          .addModule(ScalarModule.create())
          .enable(SerializationFeature.WRITE_DATES_WITH_ZONE_ID)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

  private final ObjectWriter writer;
  private final ObjectReader reader;
  private final ObjectReader batchReader;
  private final Written<V> written;

  JsonSerializer(ObjectMapper mapper, JavaType type) {
    this.writer = mapper.writerFor(type);
    this.reader = mapper.readerFor(type);
    boolean open = JsonTypes.areOpen(mapper, /* own= */ mapper == MAPPER, type);
    this.written = new Written<>(type.getRawClass(), open);
    this.batchReader = reader.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
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

  @Override
  public Batch<V> batch() {
    return takesParts(reader.getFactory()) ? new OneParser() : this::deserialize;
  }

  /** Whether what it reads are the bytes it is given, as far as can be known. */
  private static boolean takesParts(JsonFactory factory) {
    return (factory.getClass() == JsonFactory.class
            || factory.getClass() == MappingJsonFactory.class)
        && factory.getInputDecorator() == null;
  }

  /**
   * All values by one parser, which is fed with one after the other: to make a parser and to give
   * its buffers back costs a fifth of reading a small value. What it does not take at once, from a
   * number to garbage, is read as if it were alone, and so is all that follows. It is never given
   * the bytes of two values, so half a value ends for it as it does alone.
   */
  private final class OneParser implements Batch<V> {
    private final Feed feed = new Feed();
    private @Nullable JsonParser parser;
    private boolean alone;

    @Override
    public V deserialize(byte[] bytes, int offset) throws IOException {
      V value = alone ? null : next(bytes, offset);
      return value == null ? JsonSerializer.this.deserialize(bytes, offset) : value;
    }

    private @Nullable V next(byte[] bytes, int offset) {
      alone = true; // unless all goes well
      try {
        feed.next(bytes, offset);
        JsonParser open = parser();
        JsonToken first = open.nextToken();
        V value = first != null && first.isStructStart() ? batchReader.readValue(open) : null;
        if (value != null && feed.isEmpty() && open.releaseBuffered(NOWHERE) == 0) {
          alone = false;
          return value;
        }
      } catch (IOException | RuntimeException | StackOverflowError e) {
        // alone it fails as well, and says why, or its bytes are of a kind that only then are read
      }
      return null;
    }

    /** Looks at what it is fed with, to find out how that is encoded. */
    private JsonParser parser() throws IOException {
      JsonParser open = parser;
      if (open == null) {
        open = reader.getFactory().createParser(feed);
        parser = open;
        if (!(open instanceof UTF8StreamJsonParser)) {
          throw new IOException("not UTF-8");
        }
      }
      return open;
    }

    @Override
    public void close() {
      if (parser != null) {
        try {
          parser.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e); // there is no stream that could fail
        }
      }
    }
  }

  /** The bytes of one value at a time. */
  private static final class Feed extends InputStream {
    private byte[] bytes = new byte[0];
    private int at;

    void next(byte[] value, int offset) {
      bytes = value;
      at = offset;
    }

    boolean isEmpty() {
      return at == bytes.length;
    }

    @Override
    public int read() {
      return isEmpty() ? -1 : bytes[at++] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      if (isEmpty()) {
        return -1;
      }
      int count = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, to, offset, count);
      at += count;
      return count;
    }
  }
}
