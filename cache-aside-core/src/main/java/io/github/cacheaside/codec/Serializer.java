package io.github.cacheaside.codec;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Turns values into bytes and back.
 *
 * <p>What {@link #deserialize} returns must equal what {@link #serialize} was given, so that a hit
 * and a miss look the same to the caller. Must be thread-safe.
 *
 * @param <V> the type of values
 */
public interface Serializer<V> {

  /**
   * Turns a value into bytes.
   *
   * @param value the value
   * @return its bytes; not changed afterwards
   * @throws Exception if the value can't be serialized; it is then returned to the caller uncached
   */
  byte[] serialize(V value) throws Exception;

  /**
   * Turns bytes into a value.
   *
   * @param bytes the bytes; not changed afterwards
   * @return the value
   * @throws Exception if the bytes are not such a value; that counts as a miss, and the entry is
   *     replaced
   */
  V deserialize(byte[] bytes) throws Exception;

  /**
   * Turns the end of an array into a value. By default copies it; worth overriding where it need
   * not be copied.
   *
   * @param bytes the array; not changed afterwards
   * @param offset where the value's bytes begin; they go on to the end
   * @return the value
   * @throws Exception as {@link #deserialize(byte[])}
   */
  default V deserialize(byte[] bytes, int offset) throws Exception {
    return deserialize(offset == 0 ? bytes : Arrays.copyOfRange(bytes, offset, bytes.length));
  }

  /**
   * JSON by Jackson, for a class or record. Dates are ISO-8601 text, unknown properties are
   * ignored, so that releases can differ by a property.
   *
   * <p>A value comes back equal, or {@link #serialize} refuses it, and names class and property.
   * Where the type leaves it open whether its values come back (it contains {@code Object}, classes
   * that are not final, or type information), each value is read again when it is written.
   *
   * @param type the class
   * @param <V> the type of values
   * @return the serializer
   * @throws IllegalArgumentException if no value of it, or of a class in it, can be read: it is
   *     abstract without type information, or has no creator
   */
  static <V> Serializer<V> json(Class<V> type) {
    Objects.requireNonNull(type, "type");
    return new JsonSerializer<>(
        JsonSerializer.MAPPER, JsonSerializer.MAPPER.getTypeFactory().constructType(type));
  }

  /**
   * JSON by Jackson, for a generic type: {@code Serializer.json(new TypeReference<List<Planet>>()
   * {})}.
   *
   * @param type the type
   * @param <V> the type of values
   * @return the serializer
   * @throws IllegalArgumentException as {@link #json(Class)} does
   */
  static <V> Serializer<V> json(TypeReference<V> type) {
    return json(JsonSerializer.MAPPER, type);
  }

  /**
   * JSON by an object mapper of the application's own. It decides what is kept; where that depends
   * on the mapper, as with dates and decimals, each value is read again when it is written.
   *
   * @param mapper the mapper; configure it before, not after
   * @param type the type
   * @param <V> the type of values
   * @return the serializer
   * @throws IllegalArgumentException as {@link #json(Class)} does
   */
  static <V> Serializer<V> json(ObjectMapper mapper, TypeReference<V> type) {
    Objects.requireNonNull(mapper, "mapper");
    return new JsonSerializer<>(mapper, mapper.getTypeFactory().constructType(type));
  }

  /**
   * A flat JSON object whose members are all strings, which the {@code hash} layout keeps as the
   * fields of a Redis hash. Strings are themselves, other values their JSON text; a null property
   * is left out. What is a string in JSON only, such as a date, an enum or a character, has its
   * quotes only where it would else be JSON text of its own, as the character {@code 7}.
   *
   * @param type a class or record whose properties become the fields
   * @param <V> the type of values
   * @return the serializer
   */
  static <V> Serializer<V> fields(Class<V> type) {
    return new FieldsSerializer<>(type);
  }

  /**
   * Text as UTF-8. Malformed text is refused in both directions.
   *
   * @return the serializer
   */
  static Serializer<String> utf8() {
    return new Serializer<>() {
      @Override
      public byte[] serialize(String value) throws Exception {
        var bytes =
            StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(value)).slice();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
      }

      @Override
      public String deserialize(byte[] bytes) throws Exception {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(java.nio.ByteBuffer.wrap(bytes))
            .toString();
      }
    };
  }

  /**
   * Bytes as they are, not copied: a caller that changes an array that it was given changes it for
   * others.
   *
   * @return the serializer
   */
  static Serializer<byte[]> bytes() {
    return new Serializer<>() {
      @Override
      public byte[] serialize(byte[] value) {
        return value;
      }

      @Override
      public byte[] deserialize(byte[] bytes) {
        return bytes;
      }
    };
  }

  /**
   * Begins to read many values, one after the other, which may cost less than to read each alone.
   *
   * @return a batch of one thread, which closes it
   */
  default Batch<V> batch() {
    return this::deserialize;
  }

  /**
   * Reads values one after the other. What becomes of one does not touch the others.
   *
   * @param <V> the type of values
   */
  @FunctionalInterface
  interface Batch<V> extends AutoCloseable {
    /**
     * Like {@link Serializer#deserialize(byte[], int)}.
     *
     * @param bytes what was stored, from the offset on
     * @param offset where the value begins
     * @return the value
     * @throws Exception if the bytes can't be read
     */
    V deserialize(byte[] bytes, int offset) throws Exception;

    @Override
    default void close() {}
  }
}
