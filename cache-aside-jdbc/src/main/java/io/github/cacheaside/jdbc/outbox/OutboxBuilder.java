package io.github.cacheaside.jdbc.outbox;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.jdbc.KeyText;
import io.github.cacheaside.jdbc.LoggedCache;
import io.github.cacheaside.jdbc.SqlCache;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** Options of an {@link Outbox}. Not thread-safe; the outbox it builds is. */
public final class OutboxBuilder {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,47}");
  private static final int LONGEST_NAME = 255;
  private static final int LARGEST_BATCH = 1_000;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final DataSource dataSource;
  private final Map<String, LoggedCache<?>> caches = new LinkedHashMap<>();
  private String schema = "";
  private String table = "cache_aside_outbox";
  private int batchSize = 500;
  private Duration pause = Duration.ofMillis(200);
  private Duration delay = Duration.ofMillis(200);
  private int largeTable = 10_000;
  private LongSupplier nanoTime = System::nanoTime;

  OutboxBuilder(DataSource dataSource) {
    this.dataSource = requireNonNull(dataSource, "dataSource");
  }

  /**
   * Makes a cache known. Rows are written for known caches only, and only theirs are drained here,
   * so that several applications may share a table. The same cache has to have the same name and
   * the same keys in each JVM.
   *
   * @param cache the cache
   * @param keyType {@code String}, {@code Long}, {@code Integer}, {@code Short}, {@code UUID}, or
   *     an enum
   * @param <K> the type of keys
   * @return this builder
   * @throws IllegalArgumentException if the type is another one, or a cache of this name is known
   */
  public <K> OutboxBuilder cache(CacheAside<K, ?> cache, Class<K> keyType) {
    return cache(cache, KeyText.of(keyType));
  }

  /**
   * Makes a cache known whose keys are of a type of your own.
   *
   * @param cache the cache
   * @param keys turns keys into text and back
   * @param <K> the type of keys
   * @return this builder
   * @throws IllegalArgumentException if a cache of this name is known
   */
  public <K> OutboxBuilder cache(CacheAside<K, ?> cache, KeyText<K> keys) {
    return cache(LoggedCache.of(cache, keys));
  }

  /**
   * Makes a cache of results known.
   *
   * @param sql the cache
   * @return this builder
   * @throws IllegalArgumentException if a cache of this name is known
   */
  public OutboxBuilder cache(SqlCache sql) {
    return cache(LoggedCache.of(sql));
  }

  private OutboxBuilder cache(LoggedCache<?> cache) {
    String name = cache.name();
    if (name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "a cache's name must have at most " + LONGEST_NAME + " characters: " + name);
    }
    if (caches.putIfAbsent(name, cache) != null) {
      throw new IllegalArgumentException("the outbox knows a cache named " + name + " already");
    }
    return this;
  }

  /**
   * Names the table. Default: {@code cache_aside_outbox}.
   *
   * @param table up to 48 letters, digits and underscores, after a schema and a dot if need be
   * @return this builder
   * @throws IllegalArgumentException if it is no such name
   */
  public OutboxBuilder table(String table) {
    int dot = table.indexOf('.');
    String before = dot < 0 ? "" : table.substring(0, dot);
    String name = table.substring(dot + 1);
    if (!NAME.matcher(name).matches() || (dot >= 0 && !NAME.matcher(before).matches())) {
      throw new IllegalArgumentException(
          "table must be letters, digits and _, after a schema and a dot if need be, but was \""
              + table
              + "\"");
    }
    this.schema = dot < 0 ? "" : before + ".";
    this.table = name;
    return this;
  }

  /**
   * Sets how many rows are taken at once. Default: 500.
   *
   * @param rows from 1 to 1,000
   * @return this builder
   */
  public OutboxBuilder batchSize(int rows) {
    if (rows < 1 || rows > LARGEST_BATCH) {
      throw new IllegalArgumentException(
          "batchSize must be 1 to " + LARGEST_BATCH + " but was " + rows);
    }
    this.batchSize = rows;
    return this;
  }

  /**
   * Sets how long the outbox rests after the table was found empty, or the database failed. After a
   * full batch it does not rest, unless it was the hundredth in a row, or no row of it could be
   * read. Default: 200 ms.
   *
   * @param pause from 10 ms to 1 minute
   * @return this builder
   */
  public OutboxBuilder every(Duration pause) {
    if (pause.toMillis() < 10 || pause.compareTo(LONGEST_PAUSE) > 0) {
      throw new IllegalArgumentException("every must be 10 ms to 1 minute but was " + pause);
    }
    this.pause = pause;
    return this;
  }

  /**
   * Sets how old a row must be to be drained, which is the time that its writer has for doing it
   * himself; what a dead writer leaves is served for so long, unless it had a fence. Default: 200
   * ms.
   *
   * @param delay from 0 to 1 minute
   * @return this builder
   */
  public OutboxBuilder delay(Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_PAUSE) > 0) {
      throw new IllegalArgumentException("delay must be 0 to 1 minute but was " + delay);
    }
    this.delay = delay;
    return this;
  }

  /**
   * Sets from how many rows on the outbox warns and its health is degraded. Default: 10,000.
   *
   * @param rows from 1 to 100,000
   * @return this builder
   */
  public OutboxBuilder largeTable(int rows) {
    if (rows < 1 || rows > OutboxTable.MOST_COUNTED) {
      throw new IllegalArgumentException(
          "largeTable must be 1 to " + OutboxTable.MOST_COUNTED + " but was " + rows);
    }
    this.largeTable = rows;
    return this;
  }

  /** The clock by which rows that can't be read here are tried again. */
  OutboxBuilder nanoTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    return this;
  }

  /**
   * Builds an outbox that drains the table on a thread of its own.
   *
   * @return the outbox; to be closed
   * @throws IllegalArgumentException if it knows no cache
   */
  public Outbox build() {
    Outbox outbox = buildPassive();
    outbox.start(pause);
    return outbox;
  }

  /**
   * Builds an outbox without a thread: it writes, and drains when {@link Outbox#drain} is called,
   * such as by a scheduler of the application, or not at all where other JVMs do it.
   *
   * @return the outbox; to be closed
   * @throws IllegalArgumentException if it knows no cache
   */
  public Outbox buildPassive() {
    if (caches.isEmpty()) {
      throw new IllegalArgumentException("an outbox must know at least one cache");
    }
    OutboxTable sql = new OutboxTable(dataSource, schema, table, delay);
    return new Outbox(new Drain(sql, Map.copyOf(caches), batchSize, largeTable, nanoTime));
  }
}
