package io.github.cacheaside.spring;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.KeyEncoder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Text for the keys that Spring makes of a method's parameters.
 *
 * <p>Two keys that differ never have the same text: {@code 5} is a number, {@code "5"} in quotes a
 * string, {@code (5,de)} the {@code SimpleKey} of two parameters. Only integral numbers of the same
 * value are the same key, whatever their type: {@code byte}, {@code short}, {@code int}, {@code
 * long} and {@code BigInteger}.
 *
 * <p>Known are: numbers, {@code Boolean}, {@code Character}, strings, enums, {@code UUID}, {@code
 * java.time}, {@code java.util.Date}, {@code Locale}, {@code Currency}, {@code Class}, {@code
 * Optional}, records, {@code SimpleKey}, arrays, lists, sets and maps, the last five of elements
 * that are known themselves, and Spring Data's own pages, sorts, limits and scroll positions where
 * it is there. Anything else is refused, since its {@code toString} may be neither unique nor
 * stable; {@link #with} makes a type known. Immutable and thread-safe.
 */
public final class SpringKeys implements KeyEncoder<Object> {
  private static final SpringKeys STANDARD = new SpringKeys(Map.of());

  private final Map<Class<?>, Function<Object, String>> known;
  private final Map<Class<?>, Optional<Function<Object, String>>> found = new ConcurrentHashMap<>();

  private SpringKeys(Map<Class<?>, Function<Object, String>> known) {
    this.known = known;
  }

  /**
   * Knows the types above.
   *
   * @return the encoder
   */
  public static SpringKeys standard() {
    return STANDARD;
  }

  /**
   * Knows one more type, its subclasses included.
   *
   * @param type a class or interface that is not known yet
   * @param text tells what distinguishes one of them from another: the same text for equal ones, a
   *     different one for others
   * @param <T> the type
   * @return a new encoder
   */
  public <T> SpringKeys with(Class<T> type, Function<? super T, String> text) {
    requireNonNull(text, "text");
    Map<Class<?>, Function<Object, String>> more =
        new TreeMap<>(java.util.Comparator.comparing(Class::getName));
    more.putAll(known);
    more.put(requireNonNull(type, "type"), key -> text.apply(type.cast(key)));
    return new SpringKeys(more);
  }

  /**
   * The text for a key.
   *
   * @param key the key
   * @return its text
   * @throws IllegalArgumentException if it is, or holds, something whose type is not known; the
   *     message names the type and where it is, never the value
   */
  @Override
  public String encode(Object key) {
    if (key instanceof Long || key instanceof Integer) {
      return key.toString(); // the most frequent ones
    }
    return new KeyWriter(this).write(requireNonNull(key, "key"));
  }

  /** What the application has said about a type; null if nothing. */
  @org.jspecify.annotations.Nullable
  Function<Object, String> told(Class<?> type) {
    return known.isEmpty() ? null : found.computeIfAbsent(type, this::find).orElse(null);
  }

  private Optional<Function<Object, String>> find(Class<?> type) {
    Function<Object, String> exact = known.get(type);
    return exact != null
        ? Optional.of(exact)
        : known.entrySet().stream()
            .filter(each -> each.getKey().isAssignableFrom(type))
            .map(Map.Entry::getValue)
            .findFirst();
  }
}
