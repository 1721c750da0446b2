package io.github.cacheaside.mybatis;

import io.github.cacheaside.UnfencedWrites;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ibatis.cache.Cache;
import org.apache.ibatis.cache.CacheKey;
import org.jspecify.annotations.Nullable;

/**
 * The cache of one mapper's namespace, in Redis, shared by all JVMs:
 *
 * <pre>{@code
 * <cache type="io.github.cacheaside.mybatis.FencedCache">
 *   <property name="ttl" value="30m"/>
 * </cache>
 * }</pre>
 *
 * <p>The configuration must have a {@link CacheAsideInterceptor}, which brings the store. A result
 * is cached under a lease that was taken before its query ran, so what was read before another
 * session's commit is never put over it.
 *
 * <p>Properties, all optional:
 *
 * <ul>
 *   <li>{@code ttl}: how long results are kept, as {@code 500ms}, {@code 30s}, {@code 10m}, {@code
 *       2h}, {@code 1d} or in ISO 8601; default 10 minutes
 *   <li>{@code maxWait}: how long a session waits while another one reads the same result; default
 *       {@code 1ms}, so it queries for itself. A session that waits may wait for the end of the
 *       other's transaction
 *   <li>{@code writesWithoutRedis}: {@code fail} (the default) has a commit fail that can't be
 *       fenced, {@code degrade} has it done, and the removal is tried again until it succeeds
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class FencedCache implements Cache {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private final String id;
  private volatile Duration ttl = Duration.ofMinutes(10);
  private volatile Duration maxWait = Duration.ofMillis(1);
  private volatile UnfencedWrites unfenced = UnfencedWrites.FAIL;
  private volatile @Nullable NamespaceCache bound;

  /** It was cleared before the first statement, when the store was not known. */
  private volatile boolean clearWhenBound;

  /**
   * For one namespace. Called by MyBatis.
   *
   * @param id the namespace
   */
  public FencedCache(String id) {
    this.id = Objects.requireNonNull(id, "id");
  }

  /**
   * Sets how long results are kept.
   *
   * @param ttl a time such as {@code 10m}
   * @throws IllegalArgumentException if it is none, or under 1 ms
   */
  public void setTtl(String ttl) {
    this.ttl = time("ttl", ttl);
  }

  /**
   * Sets how long a session waits for the same result of another one.
   *
   * @param maxWait a time such as {@code 100ms}
   * @throws IllegalArgumentException if it is none, or under 1 ms
   */
  public void setMaxWait(String maxWait) {
    this.maxWait = time("maxWait", maxWait);
  }

  /**
   * Sets what becomes of a commit that can't be fenced.
   *
   * @param policy {@code fail} or {@code degrade}
   * @throws IllegalArgumentException if it is neither
   */
  public void setWritesWithoutRedis(String policy) {
    this.unfenced =
        switch (policy) {
          case "fail" -> UnfencedWrites.FAIL;
          case "degrade" -> UnfencedWrites.DEGRADE;
          default ->
              throw new IllegalArgumentException(
                  "writesWithoutRedis of the cache of "
                      + id
                      + " must be fail or degrade but was \""
                      + policy
                      + "\"");
        };
  }

  private Duration time(String name, String text) {
    Duration time;
    Matcher matcher = TIME.matcher(text.trim());
    try {
      time = matcher.matches() ? time(matcher) : Duration.parse(text.trim());
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          name + " of the cache of " + id + " must be a time such as 10m but was \"" + text + "\"",
          e);
    }
    if (time.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          name + " of the cache of " + id + " must be at least 1ms but was \"" + text + "\"");
    }
    return time;
  }

  private static Duration time(Matcher matcher) {
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  Duration ttl() {
    return ttl;
  }

  Duration maxWait() {
    return maxWait;
  }

  UnfencedWrites unfencedWrites() {
    return unfenced;
  }

  boolean isBound() {
    return bound != null;
  }

  void bind(NamespaceCache cache) {
    bound = cache;
    if (clearWhenBound) {
      clearWhenBound = false;
      cache.clearQuietly();
    }
  }

  NamespaceCache bound() {
    NamespaceCache cache = bound;
    if (cache == null) {
      throw new IllegalStateException(
          "the cache of "
              + id
              + " has no store: add a CacheAsideInterceptor to the MyBatis configuration");
    }
    return cache;
  }

  /** The namespace. */
  @Override
  public String getId() {
    return id;
  }

  /**
   * Looks a result up.
   *
   * @param key a {@link CacheKey}
   * @return the rows; null if they are not cached
   * @throws IllegalStateException if the configuration has no {@link CacheAsideInterceptor}
   */
  @Override
  public @Nullable Object getObject(Object key) {
    return bound().get((CacheKey) key, Session.current());
  }

  /**
   * Caches a result at the end of its transaction, if nothing has been written since it was looked
   * up. MyBatis calls it for each result that {@link #getObject} did not have. Throws nothing: the
   * database has committed.
   *
   * @param key a {@link CacheKey}
   * @param value the rows; null if there are none to cache
   */
  @Override
  public void putObject(Object key, @Nullable Object value) {
    afterTheEnd("put", () -> bound().put((CacheKey) key, value, Session.current()));
  }

  /** MyBatis calls this when the database has committed or rolled back, and passes failures on. */
  private void afterTheEnd(String what, Runnable task) {
    Quietly.run(what + " failed in the cache of " + id, task);
  }

  /**
   * Gives up the right to cache a result: its transaction was rolled back.
   *
   * @param key a {@link CacheKey}
   * @return null
   */
  @Override
  public @Nullable Object removeObject(Object key) {
    afterTheEnd("giving up", () -> bound().giveUp((CacheKey) key, Session.current()));
    return null;
  }

  /**
   * Makes every result of the namespace a miss, in all JVMs. When a session calls it, its database
   * has committed: then nothing is thrown, and what fails is tried again.
   *
   * @throws io.github.cacheaside.CacheStoreException if it is called outside of a session, and the
   *     store failed; it is tried again in the background
   */
  @Override
  public void clear() {
    NamespaceCache cache = bound;
    if (cache == null) {
      clearWhenBound = true;
      afterTheEnd("clearing", this::bound); // a session without an interceptor has committed
    } else {
      cache.clear(Session.current());
    }
  }

  /**
   * How many results there are, which Redis does not tell.
   *
   * @return 0
   */
  @Override
  public int getSize() {
    return 0;
  }

  @Override
  public String toString() {
    return "FencedCache[" + id + "]";
  }
}
