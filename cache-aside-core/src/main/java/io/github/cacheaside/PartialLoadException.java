package io.github.cacheaside;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link CacheLoader#loadAll} to say that some keys failed and the others did not: what
 * was found is cached and returned, and only the failed keys fail. A bulk load that throws anything
 * else has failed for all of its keys.
 *
 * <pre>{@code
 * throw new PartialLoadException(found, Map.of(7L, timeout)); // all others: row or none
 * }</pre>
 */
public final class PartialLoadException extends CacheException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // as serializable as what the loader put in
  private final Map<?, ?> found;

  @SuppressWarnings("serial")
  private final Map<?, ? extends Throwable> failures;

  /**
   * Creates an exception.
   *
   * @param found the values that were found, by key, as {@code loadAll} would have returned them; a
   *     key that is neither here nor among the failures has no row
   * @param failures what went wrong, by key; not empty. A key that is here has failed, whether or
   *     not it is among those found too.
   * @throws IllegalArgumentException if there are no failures, or one is null
   */
  public PartialLoadException(Map<?, ?> found, Map<?, ? extends Throwable> failures) {
    super(failures.size() + " keys could not be loaded", anyOf(failures));
    Map<?, ?> good = new LinkedHashMap<>(found);
    failures.forEach(
        (key, failure) -> {
          if (failure == null) {
            throw new IllegalArgumentException("failures must not hold null: name what went wrong");
          }
          good.remove(key);
        });
    this.found = Collections.unmodifiableMap(good);
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  private static @Nullable Throwable anyOf(Map<?, ? extends Throwable> failures) {
    if (failures.isEmpty()) {
      throw new IllegalArgumentException("failures must not be empty: return what was found");
    }
    return failures.values().iterator().next();
  }

  /**
   * The values that were found.
   *
   * @return by key; unmodifiable
   */
  public Map<?, ?> found() {
    return found;
  }

  /**
   * What went wrong.
   *
   * @return by key; unmodifiable, not empty
   */
  public Map<?, ? extends Throwable> failures() {
    return failures;
  }
}
