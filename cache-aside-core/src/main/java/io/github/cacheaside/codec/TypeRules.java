package io.github.cacheaside.codec;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.util.Calendar;
import java.util.Currency;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is known of types, whichever Jackson reads them. */
final class TypeRules {
  static final String ABSTRACT =
      "it is abstract and has no type information, so no value of it can be read; annotate it with"
          + " @JsonTypeInfo (and @JsonSubTypes), or declare a class";
  static final String NO_CREATOR =
      "it has neither a constructor without arguments nor a creator, so no value of it can be read;"
          + " make it a record, annotate a constructor with @JsonCreator and its parameters with"
          + " @JsonProperty, or use a mapper whose modules know it";
  static final String EMPTY =
      "it has no property that Jackson sees, so nothing of a value would be written; give it"
          + " getters, or make it a record";
  static final String NO_MODULE =
      "the mapper has no module for it; register the module (for Optional jackson-datatype-jdk8,"
          + " for java.time jackson-datatype-jsr310)";

  private static final Set<Class<?>> EVERYWHERE =
      Set.of(
          String.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          UUID.class,
          byte[].class,
          short[].class,
          int[].class,
          long[].class,
          float[].class,
          double[].class,
          boolean[].class,
          char[].class);
  private static final Set<Class<?>> BY_OUR_MAPPER =
      Set.of(
          BigDecimal.class,
          BigInteger.class,
          URI.class,
          Currency.class,
          java.sql.Date.class,
          java.sql.Time.class,
          java.sql.Timestamp.class,
          Calendar.class,
          GregorianCalendar.class);
  private static final Set<Class<?>> CONTAINERS = Set.of(List.class, Set.class, Map.class);
  private static final Set<Class<?>> KEYS =
      Set.of(Integer.class, Long.class, Short.class, UUID.class); // a String can be no name of JSON

  private TypeRules() {}

  /** Whether every value of a class of the JDK, or of an enum, comes back equal. */
  static boolean isKept(Class<?> type, boolean byOurMapper) {
    return type.isPrimitive()
        || type.isEnum()
        || EVERYWHERE.contains(type)
        || (byOurMapper && (BY_OUR_MAPPER.contains(type) || isKeptTime(type)));
  }

  private static boolean isKeptTime(Class<?> type) {
    return type.getPackageName().equals("java.time") && Modifier.isFinal(type.getModifiers());
  }

  static boolean isKeptContainer(Class<?> type) {
    return CONTAINERS.contains(type) || isArrayOfFinal(type);
  }

  private static boolean isArrayOfFinal(Class<?> type) {
    return type.isArray() && isFinal(type.getComponentType());
  }

  static boolean isFinal(Class<?> type) {
    return Modifier.isFinal(type.getModifiers());
  }

  static boolean isKeptKey(Class<?> type) {
    return type.isEnum() || KEYS.contains(type);
  }

  /** Whether all that objects of a class hold is known by name as a property. */
  static boolean fieldsAreAmong(Class<?> type, Set<String> names) {
    for (Class<?> of = type; of != null && of != Object.class; of = of.getSuperclass()) {
      for (Field field : of.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        if (!Modifier.isStatic(modifiers)
            && !Modifier.isTransient(modifiers)
            && !field.isSynthetic()
            && !names.contains(field.getName())) {
          return false;
        }
      }
    }
    return true;
  }

  static String name(Class<?> type) {
    return type.getName();
  }

  static IllegalArgumentException refused(
      String path, Class<?> type, String why, @Nullable Throwable cause) {
    String at = path.equals(name(type)) ? path : path + " (" + name(type) + ")";
    return new IllegalArgumentException(at + " can't be cached: " + why, cause);
  }
}
