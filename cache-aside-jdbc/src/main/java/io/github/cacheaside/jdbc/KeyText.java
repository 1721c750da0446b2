package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * Turns keys into text and back, for keys that are written into a table.
 *
 * @param toText the text of a key
 * @param fromText the key of a text; equal to the one that was written
 * @param <K> the type of keys
 */
public record KeyText<K>(
    Function<? super K, String> toText, Function<String, ? extends K> fromText) {
  private static final Map<Class<?>, Function<String, ?>> KNOWN =
      Map.of(
          String.class, text -> text,
          Long.class, Long::valueOf,
          Integer.class, Integer::valueOf,
          Short.class, Short::valueOf,
          UUID.class, UUID::fromString);

  /** Checks. */
  public KeyText {
    requireNonNull(toText, "toText");
    requireNonNull(fromText, "fromText");
  }

  /**
   * That of a simple type.
   *
   * @param type {@code String}, {@code Long}, {@code Integer}, {@code Short}, {@code UUID}, or an
   *     enum
   * @param <K> the type of keys
   * @return the functions
   * @throws IllegalArgumentException if it is another type
   */
  public static <K> KeyText<K> of(Class<K> type) {
    Function<String, ?> known = KNOWN.get(type);
    if (known != null) {
      return new KeyText<>(String::valueOf, text -> type.cast(known.apply(text)));
    }
    if (type.isEnum()) {
      return new KeyText<>(key -> ((Enum<?>) key).name(), text -> constant(type, text));
    }
    throw new IllegalArgumentException(
        "keys of " + type.getName() + " have no text that is known; give the functions");
  }

  private static <K> K constant(Class<K> type, String name) {
    for (K each : type.getEnumConstants()) {
      if (((Enum<?>) each).name().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException(type.getName() + " has no such constant");
  }
}
