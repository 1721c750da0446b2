package io.github.cacheaside.jdbc.metrics;

import io.github.cacheaside.jdbc.advisor.AdvisingDataSource;
import io.github.cacheaside.jdbc.outbox.Outbox;
import io.github.cacheaside.jdbc.outbox.OutboxHealth;
import io.github.cacheaside.jdbc.outbox.OutboxStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Binds figures of this module to meters. The registry keeps nothing that is monitored; reading a
 * meter asks no database. A {@code SqlCache} is monitored as any cache: {@code
 * CacheAsideMetrics.monitor(registry, sql.asCache())}.
 *
 * <table>
 * <caption>The meters of an outbox</caption>
 * <tr><th>meter</th><th>what it tells</th></tr>
 * <tr><td>{@code cache.aside.outbox.rows}</td><td>gauge: rows in the table, 2 s ago at most</td></tr>
 * <tr><td>{@code cache.aside.outbox.oldest}</td><td>gauge: seconds since the oldest was
 * written</td></tr>
 * <tr><td>{@code cache.aside.outbox.up}</td><td>gauge: 0 if the last round failed or the outbox is
 * closed, else 1</td></tr>
 * <tr><td>{@code cache.aside.outbox.written}</td><td>rows that this JVM has written</td></tr>
 * <tr><td>{@code cache.aside.outbox.confirmed}</td><td>rows that their writers had invalidated by
 * themselves</td></tr>
 * <tr><td>{@code cache.aside.outbox.drained}</td><td>rows that were invalidated from the
 * table</td></tr>
 * <tr><td>{@code cache.aside.outbox.deferred}</td><td>rows put off, since a store failed or the row
 * can't be read</td></tr>
 * <tr><td>{@code cache.aside.outbox.failures}</td><td>rounds that ended because the database
 * failed</td></tr>
 * </table>
 *
 * <table>
 * <caption>The meters of an advisor</caption>
 * <tr><th>meter</th><th>what it tells</th></tr>
 * <tr><td>{@code cache.aside.advisor.statements}</td><td>timer of all statements</td></tr>
 * <tr><td>{@code cache.aside.advisor.saves}</td><td>gauge: the share of that time, 0 to 1, that
 * would be saved if all suggestions were followed</td></tr>
 * <tr><td>{@code cache.aside.advisor.templates}</td><td>gauge: templates that are known</td></tr>
 * <tr><td>{@code cache.aside.advisor.forgotten}</td><td>calls of templates that made room for
 * others</td></tr>
 * </table>
 */
public final class JdbcMetrics {
  private JdbcMetrics() {}

  /**
   * Registers the meters of an outbox; give tags to tell several apart.
   *
   * @param registry where
   * @param outbox the outbox
   * @param tags tags as pairs of key and value
   * @return the outbox
   * @throws IllegalArgumentException if the tags are not pairs
   */
  public static Outbox monitor(MeterRegistry registry, Outbox outbox, String... tags) {
    Tags all = Tags.of(tags);
    gauge(registry, outbox, all, "rows", OutboxHealth::rows);
    gauge(registry, outbox, all, "oldest", health -> health.oldest().toMillis() / 1_000.0);
    gauge(
        registry, outbox, all, "up", health -> health.status() == OutboxHealth.Status.DOWN ? 0 : 1);
    count(registry, outbox, all, "written", OutboxStats::written);
    count(registry, outbox, all, "confirmed", OutboxStats::confirmed);
    count(registry, outbox, all, "drained", OutboxStats::drained);
    count(registry, outbox, all, "deferred", OutboxStats::deferred);
    count(registry, outbox, all, "failures", OutboxStats::failedRounds);
    return outbox;
  }

  /**
   * Registers the meters of an advisor; give tags to tell several apart. What it has seen of each
   * template is in its {@link AdvisingDataSource#advice}: templates are too many for tags.
   *
   * @param registry where
   * @param advisor the data source
   * @param tags tags as pairs of key and value
   * @return the data source
   * @throws IllegalArgumentException if the tags are not pairs
   */
  public static AdvisingDataSource monitor(
      MeterRegistry registry, AdvisingDataSource advisor, String... tags) {
    Tags all = Tags.of(tags);
    FunctionTimer.builder(
            "cache.aside.advisor.statements",
            advisor,
            a -> a.calls(),
            a -> a.databaseTime().toNanos(),
            TimeUnit.NANOSECONDS)
        .tags(all)
        .register(registry);
    Gauge.builder("cache.aside.advisor.saves", advisor, a -> a.advice().saves())
        .tags(all)
        .register(registry);
    Gauge.builder("cache.aside.advisor.templates", advisor, AdvisingDataSource::templates)
        .tags(all)
        .register(registry);
    FunctionCounter.builder("cache.aside.advisor.forgotten", advisor, AdvisingDataSource::forgotten)
        .tags(all)
        .register(registry);
    return advisor;
  }

  private static void gauge(
      MeterRegistry registry,
      Outbox outbox,
      Tags tags,
      String name,
      ToDoubleFunction<OutboxHealth> figure) {
    Gauge.builder("cache.aside.outbox." + name, outbox, o -> figure.applyAsDouble(o.health()))
        .tags(tags)
        .register(registry);
  }

  private static void count(
      MeterRegistry registry,
      Outbox outbox,
      Tags tags,
      String name,
      ToDoubleFunction<OutboxStats> figure) {
    FunctionCounter.builder(
            "cache.aside.outbox." + name, outbox, o -> figure.applyAsDouble(o.stats()))
        .tags(tags)
        .register(registry);
  }
}
