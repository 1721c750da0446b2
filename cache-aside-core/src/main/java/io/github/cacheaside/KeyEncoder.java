package io.github.cacheaside;

/**
 * Turns a key into the text that follows the cache's name in Redis, {@code 3} in {@code planet:3}.
 *
 * <p>Two different keys must never get the same text. Any character may occur in it: keys travel as
 * bytes with their length, so spaces, line breaks, colons and non-ASCII letters are safe. Must be
 * thread-safe.
 *
 * @param <K> the type of keys
 */
@FunctionalInterface
public interface KeyEncoder<K> {

  /**
   * The text for a key.
   *
   * @param key the key
   * @return its text
   * @throws IllegalArgumentException if the key has no such text
   */
  String encode(K key);

  /**
   * The default: text for keys whose {@code toString} is known to be unique and stable – strings,
   * the integral numbers, {@code Boolean}, {@code Character}, {@code UUID}, {@code BigInteger} and
   * enums (by name). Any other type is refused with a message that points to {@link
   * CacheAsideBuilder#keyEncoder}, since a {@code toString} that is not unique would mix up
   * entries.
   *
   * @return the encoder
   */
  static KeyEncoder<Object> standard() {
    return key -> {
      if (key instanceof String text) {
        return text;
      }
      if (key instanceof Enum<?> constant) {
        return constant.name();
      }
      if (key instanceof Long
          || key instanceof Integer
          || key instanceof Short
          || key instanceof Byte
          || key instanceof Boolean
          || key instanceof Character
          || key instanceof java.util.UUID
          || key instanceof java.math.BigInteger) {
        return key.toString();
      }
      throw new IllegalArgumentException(
          "no text is known for keys of "
              + key.getClass().getName()
              + "; give the builder a keyEncoder, such as k -> k.country() + '/' + k.id()");
    };
  }
}
