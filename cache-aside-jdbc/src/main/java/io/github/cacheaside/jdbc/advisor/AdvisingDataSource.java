package io.github.cacheaside.jdbc.advisor;

import static java.util.Objects.requireNonNull;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source that watches what goes through it, and tells which queries are worth a cache. It
 * caches nothing and changes nothing.
 *
 * <pre>{@code
 * AdvisingDataSource database = AdvisingDataSource.builder(pool).build();
 * application.use(database); // for a while
 * System.out.println(database.advice().table());
 * }</pre>
 *
 * <p>Statements are told apart by their text without values. Of each it counts calls, failures,
 * time in the driver, rows (of the first 64 results, then of each 16th), and for some TTLs the
 * share of calls that a cache with this TTL would have answered: same text, same parameters, loaded
 * less than the TTL ago. Queries only, and not those that lock, or depend on the clock, chance or
 * the session, as far as their words show. Writes that would invalidate are not taken into account.
 *
 * <p>No value is kept: parameters are hashed with a random secret. Memory is bounded, by default to
 * about 1.5 MB for templates and 3.5 MB for hashes; what is pushed out makes the shares too low,
 * and never too high. Thread-safe. Nothing to be closed; the data source within stays the caller's.
 */
public final class AdvisingDataSource implements DataSource {
  private final DataSource real;
  private final Observer observer;

  private AdvisingDataSource(DataSource real, Observer observer) {
    this.real = real;
    this.observer = observer;
  }

  /**
   * Begins an advisor.
   *
   * @param real where connections come from
   * @return a builder with every option at its default
   */
  public static Builder builder(DataSource real) {
    return new Builder(real);
  }

  /** Options of an advisor. Not thread-safe; the data source it builds is. */
  public static final class Builder {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final int MOST_TTLS = 16;

    private final DataSource real;
    private List<Duration> ttls =
        List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30));
    private int templates = 500;
    private int calls = 65_536;
    private LongSupplier nanoTime = System::nanoTime;

    private Builder(DataSource real) {
      this.real = requireNonNull(real, "real");
    }

    /**
     * Sets which TTLs to try. Default: 1, 10 and 30 seconds, 1, 5 and 30 minutes.
     *
     * @param ttls 1 to 16, from 100 ms to 1 day
     * @return this builder
     */
    public Builder ttls(Collection<Duration> ttls) {
      List<Duration> sorted = ttls.stream().sorted().distinct().toList();
      if (sorted.isEmpty() || sorted.size() > MOST_TTLS) {
        throw new IllegalArgumentException(
            "ttls must be 1 to " + MOST_TTLS + " but were " + sorted.size());
      }
      for (Duration ttl : sorted) {
        if (ttl.compareTo(SHORTEST) < 0 || ttl.compareTo(LONGEST) > 0) {
          throw new IllegalArgumentException("a TTL must be 100 ms to 1 day but was " + ttl);
        }
      }
      this.ttls = sorted;
      return this;
    }

    /**
     * Sets how many templates to know, 3 KB each. When there are more, the one that took the least
     * time is forgotten. Default: 500.
     *
     * @param templates from 1 to 10,000
     * @return this builder
     */
    public Builder templates(int templates) {
      this.templates = between(templates, 1, 10_000, "templates");
      return this;
    }

    /**
     * Sets how many different calls to remember, about 36 bytes each, to see repeats. Default:
     * 65,536.
     *
     * @param calls from 1,024 to 10,000,000
     * @return this builder
     */
    public Builder calls(int calls) {
      this.calls = between(calls, 1_024, 10_000_000, "calls");
      return this;
    }

    private static int between(int value, int least, int most, String name) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            name + " must be " + least + " to " + most + " but was " + value);
      }
      return value;
    }

    Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = nanoTime;
      return this;
    }

    /**
     * Builds the data source.
     *
     * @return the data source
     */
    public AdvisingDataSource build() {
      return new AdvisingDataSource(real, new Observer(ttls, templates, calls, nanoTime));
    }
  }

  /**
   * What was seen so far.
   *
   * @return a snapshot
   */
  public Advice advice() {
    return observer.advice();
  }

  /**
   * Statements that were run, since it was built or reset.
   *
   * @return how many
   */
  public long calls() {
    return observer.calls();
  }

  /**
   * The time that they took in the driver, together.
   *
   * @return the time
   */
  public Duration databaseTime() {
    return Duration.ofNanos(observer.nanos());
  }

  /**
   * Templates that are known now.
   *
   * @return how many
   */
  public int templates() {
    return observer.templates();
  }

  /**
   * Calls of templates that had to make room for others.
   *
   * @return how many
   */
  public long forgotten() {
    return observer.forgotten();
  }

  /** Forgets all that was seen; statements that are open are still counted as before. */
  public void reset() {
    observer.reset();
  }

  @Override
  public Connection getConnection() throws SQLException {
    return WatchedConnection.of(real.getConnection(), observer);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return WatchedConnection.of(real.getConnection(user, password), observer);
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return real.getLogWriter();
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    real.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    real.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return real.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return real.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this)
        ? type.cast(this)
        : type.isInstance(real) ? type.cast(real) : real.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || type.isInstance(real) || real.isWrapperFor(type);
  }
}
