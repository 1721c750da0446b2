package io.github.cacheaside.jdbc.advisor;

import io.github.cacheaside.jdbc.SqlCache;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts calls by template. Bounded: what takes the least time makes room for what is new. */
final class Observer {
  private final List<Duration> ttls;
  private final int mostTemplates;
  private final int mostCalls;
  private final LongSupplier nanoTime;
  private final long seed = new SecureRandom().nextLong();
  private volatile State state;
  private volatile @Nullable Dialect dialect;

  /** All that {@link #reset} forgets. */
  private static final class State {
    final Map<String, TemplateStats> templates = new ConcurrentHashMap<>();
    final Repeats repeats;
    final LongAdder calls = new LongAdder();
    final LongAdder nanos = new LongAdder();
    final LongAdder forgotten = new LongAdder();
    final long since;

    State(Repeats repeats, long since) {
      this.repeats = repeats;
      this.since = since;
    }
  }

  Observer(List<Duration> ttls, int mostTemplates, int mostCalls, LongSupplier nanoTime) {
    this.ttls = ttls;
    this.mostTemplates = mostTemplates;
    this.mostCalls = mostCalls;
    this.nanoTime = nanoTime;
    this.state = fresh();
  }

  private State fresh() {
    return new State(new Repeats(ttls, mostCalls), nanoTime.getAsLong());
  }

  void reset() {
    state = fresh();
  }

  /** Asked of the first connection; a data source leads to one database. */
  Dialect dialect(Connection connection) throws SQLException {
    Dialect known = dialect;
    if (known == null) {
      known = Dialect.of(String.valueOf(connection.getMetaData().getDatabaseProductName()));
      dialect = known;
    }
    return known;
  }

  long seed() {
    return seed;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** The counts of a text. */
  TemplateStats statsOf(String sql, Dialect dialect) {
    State now = state;
    String template = Template.of(sql, dialect);
    TemplateStats known = now.templates.get(template);
    if (known != null) {
      return known;
    }
    synchronized (now) {
      if (!now.templates.containsKey(template) && now.templates.size() >= mostTemplates) {
        forgetCheapest(now);
      }
      return now.templates.computeIfAbsent(
          template, any -> new TemplateStats(any, SqlCache.isCacheable(sql), ttls.size()));
    }
  }

  private static void forgetCheapest(State now) {
    now.templates.entrySet().stream()
        .min(Comparator.comparingLong(each -> each.getValue().nanos()))
        .ifPresent(
            least -> {
              now.forgotten.add(least.getValue().calls());
              now.templates.remove(least.getKey());
            });
  }

  /**
   * Notes a call that has ended.
   *
   * @param hash of the text and the parameters; 0 if they have none
   */
  void ended(TemplateStats stats, long hash, long began, boolean failed) {
    State now = state;
    long end = nanoTime.getAsLong();
    boolean repeatable = stats.isCacheable() && !failed && hash != 0;
    int hits = repeatable ? now.repeats.note(hash, (began - now.since) / 1_000_000) : 0;
    stats.add(end - began, failed, hits);
    now.calls.increment();
    now.nanos.add(end - began);
  }

  Advice advice() {
    State now = state;
    long all = now.nanos.sum();
    List<QueryAdvice> queries =
        now.templates.values().stream()
            .filter(stats -> stats.calls() > 0)
            .map(stats -> stats.advice(ttls, all))
            .sorted(
                Comparator.comparingDouble(QueryAdvice::saves)
                    .thenComparingDouble(QueryAdvice::share)
                    .reversed())
            .toList();
    return new Advice(
        Duration.ofNanos(nanoTime.getAsLong() - now.since),
        now.calls.sum(),
        Duration.ofNanos(all),
        now.forgotten.sum(),
        queries);
  }

  long calls() {
    return state.calls.sum();
  }

  long nanos() {
    return state.nanos.sum();
  }

  long forgotten() {
    return state.forgotten.sum();
  }

  int templates() {
    return state.templates.size();
  }
}
