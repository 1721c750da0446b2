package io.github.cacheaside.codec;

import java.lang.reflect.Type;
import java.util.Objects;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serializers by Jackson 3 ({@code tools.jackson}), the mapper of Spring Boot 4. An application
 * that uses them brings {@code tools.jackson.core:jackson-databind} 3.1 or later, and needs no
 * Jackson 2 for them. They keep the promises of {@link Serializer#json(Class)}, and read what it
 * has written, as it reads what they write. Thread-safe, as all serializers.
 */
public final class Jackson3 {
  private Jackson3() {}

  /**
   * JSON for a class or record, by a mapper of this library.
   *
   * @param type the class
   * @param <V> the type of values
   * @return the serializer
   * @throws IllegalArgumentException if no value of it, or of a class in it, can be read: it is
   *     abstract without type information, or has no creator
   */
  public static <V> Serializer<V> json(Class<V> type) {
    return json(Json3Serializer.MAPPER, Objects.requireNonNull(type, "type"));
  }

  /**
   * JSON for a generic type, by a mapper of this library: {@code Jackson3.json(new
   * TypeReference<List<Planet>>() {})}.
   *
   * @param type the type
   * @param <V> the type of values
   * @return the serializer
   * @throws IllegalArgumentException as {@link #json(Class)} does
   */
  public static <V> Serializer<V> json(TypeReference<V> type) {
    return json(Json3Serializer.MAPPER, type);
  }

  /**
   * JSON by a mapper of the application's own, such as Spring Boot's. It decides what is kept;
   * where that depends on the mapper, as with dates and decimals, each value is read again when it
   * is written.
   *
   * @param mapper the mapper
   * @param type the type
   * @param <V> the type of values
   * @return the serializer
   * @throws IllegalArgumentException as {@link #json(Class)} does
   */
  public static <V> Serializer<V> json(ObjectMapper mapper, TypeReference<V> type) {
    return json(mapper, Objects.requireNonNull(type, "type").getType());
  }

  /**
   * JSON by a mapper of the application's own, for a type that is only known when it runs, such as
   * what a method returns.
   *
   * @param mapper the mapper
   * @param type the type: a class or a generic type without free variables
   * @param <V> the type of values, which the caller knows
   * @return the serializer
   * @throws IllegalArgumentException as {@link #json(Class)} does
   */
  public static <V> Serializer<V> json(ObjectMapper mapper, Type type) {
    Objects.requireNonNull(mapper, "mapper");
    Objects.requireNonNull(type, "type");
    return new Json3Serializer<>(mapper, mapper.getTypeFactory().constructType(type));
  }

  /**
   * A copy of an application's mapper that keeps zones and offsets of dates, and dates of {@code
   * java.sql}, as the mapper of {@link #json(Class)} does, and ignores unknown properties. Modules,
   * naming and all else stay the application's.
   *
   * @param mapper the mapper; not changed
   * @return the copy
   */
  public static JsonMapper keepingDates(JsonMapper mapper) {
    return Json3Serializer.keepingDates(mapper.rebuild()).build();
  }
}
