package io.github.cacheaside.mybatis;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.cacheaside.codec.Serializer;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON, after the name of their type: its length (2 bytes), the name in UTF-8. Only types
 * that a statement of this configuration answers are read, so what lies in Redis can't name a class
 * of its own choice.
 */
final class RowsSerializer implements Serializer<Rows> {

  /** A type whose rows are read, and how. */
  private record Known(Class<?> type, Serializer<List<?>> json) {}

  /** By name. */
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  /**
   * From now on rows of this type are read and written.
   *
   * @throws IllegalArgumentException if they could not be read back
   */
  void know(Class<?> type) {
    if (!known.containsKey(type.getName())) {
      known.put(type.getName(), new Known(type, Serializer.json(new ListOf(type))));
    }
  }

  @Override
  public byte[] serialize(Rows value) throws Exception {
    byte[] name = value.type().getName().getBytes(StandardCharsets.UTF_8);
    byte[] json = known(value.type().getName()).json().serialize(value.rows());
    return ByteBuffer.allocate(2 + name.length + json.length)
        .putShort((short) name.length)
        .put(name)
        .put(json)
        .array();
  }

  @Override
  public Rows deserialize(byte[] bytes) throws Exception {
    return deserialize(bytes, 0);
  }

  @Override
  public Rows deserialize(byte[] bytes, int offset) throws Exception {
    int length = bytes.length - offset < 2 ? -1 : ByteBuffer.wrap(bytes).getShort(offset);
    if (length < 0 || length > bytes.length - offset - 2) {
      throw new IOException("no rows");
    }
    Known type = known(new String(bytes, offset + 2, length, StandardCharsets.UTF_8));
    return new Rows(type.type(), type.json().deserialize(bytes, offset + 2 + length));
  }

  private Known known(String name) throws IOException {
    Known type = known.get(name);
    if (type == null) {
      throw new IOException("rows of a type that no statement has answered yet");
    }
    return type;
  }

  /** {@code List<type>}. */
  private static final class ListOf extends TypeReference<List<?>> {
    private final Class<?> type;

    ListOf(Class<?> type) {
      this.type = type;
    }

    @Override
    public Type getType() {
      return new ParameterizedType() {
        @Override
        public Type[] getActualTypeArguments() {
          return new Type[] {type};
        }

        @Override
        public Type getRawType() {
          return List.class;
        }

        @Override
        public @Nullable Type getOwnerType() {
          return null;
        }
      };
    }
  }
}
