package io.github.cacheaside.examples.spring;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.cache.CacheManager;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The same load on the same application, first with Spring's own Redis cache, then with
 * cache-aside: throughput, queries at the database, and stale answers.
 */
public final class SpringExample {
  private final AppServers servers;
  private final int rentals;
  private final Duration time;
  private final PrintStream out;
  private final Map<Way, Load.Seen> seen = new EnumMap<>(Way.class);
  private final Map<Way, Long> queries = new EnumMap<>(Way.class);

  SpringExample(AppServers servers, int rentals, Duration time, PrintStream out) {
    this.servers = servers;
    this.rentals = rentals;
    this.time = time;
    this.out = out;
  }

  /**
   * Runs it. {@code -Dspring.seconds=} and {@code -Dspring.rentals=} change its size; {@code
   * -Dspring.starts=} measures starts instead, as many of each cache.
   *
   * @param args not used
   */
  public static void main(String[] args) throws Exception {
    boolean own = System.getenv("REDIS_URL") == null || System.getenv("DB_HOST") == null;
    try {
      AppServers servers = AppServers.of(System.getenv());
      int starts = Integer.getInteger("spring.starts", 0);
      if (starts > 0) {
        new Starts(servers, System.out).run(starts);
      } else {
        new SpringExample(
                servers,
                Integer.getInteger("spring.rentals", 20_000),
                Duration.ofSeconds(Integer.getInteger("spring.seconds", 10)),
                System.out)
            .run();
      }
    } finally {
      if (own) {
        TestServers.close();
      }
      System.out.flush();
    }
  }

  void run() throws InterruptedException {
    for (Way way : Way.values()) {
      out.printf("4 readers and 2 writers, by %s, %d s ...%n", way.title(), time.toSeconds());
      try (ConfigurableApplicationContext context = way.start(servers.properties())) {
        run(way, context);
      }
    }
    print();
  }

  private void run(Way way, ConfigurableApplicationContext context) throws InterruptedException {
    CacheManager caches = context.getBean(CacheManager.class);
    for (String cache : List.of("planet", "page")) { // what an earlier run may have left
      requireNonNull(caches.getCache(cache)).clear();
    }
    new Stock(context.getBean(JdbcTemplate.class), rentals).fill();
    Planets planets = context.getBean(Planets.class);
    Films films = context.getBean(Films.class);
    seen.put(way, new Load(Thing.all(planets, films)).run(time));
    queries.put(way, planets.queries() + films.queries());
    if (way == Way.CACHE_ASIDE) {
      context
          .getBeansOfType(HealthIndicator.class)
          .forEach((name, health) -> tell(name, String.valueOf(health.health())));
      context
          .getBean(MeterRegistry.class)
          .find("cache.gets")
          .tag("cache", "planet")
          .functionCounters()
          .forEach(meter -> tell(String.valueOf(meter.getId()), String.valueOf(meter.count())));
    }
  }

  private void tell(String what, String value) {
    if (what.contains("ache")) {
      out.printf("  %s: %s%n", what, value);
    }
  }

  private void print() {
    out.println();
    out.printf("%-28s %22s %14s%n", "", Way.SPRING.title(), Way.CACHE_ASIDE.title());
    row("answers a second", way -> Math.round(seen(way).perSecond()));
    row("answers", way -> seen(way).answers());
    row("writes", way -> seen(way).writes());
    row("queries at the database", queries::get);
    row("stale answers", way -> seen(way).stale());
    row("stale when all is at rest", way -> seen(way).atRest());
    row("calls that failed", way -> seen(way).failed());
  }

  private Load.Seen seen(Way way) {
    Load.Seen found = seen.get(way);
    if (found == null) {
      throw new IllegalStateException(way + " did not run");
    }
    return found;
  }

  private void row(String name, Function<Way, Long> figure) {
    out.printf(
        Locale.ROOT,
        "%-28s %,22d %,14d%n",
        name,
        figure.apply(Way.SPRING),
        figure.apply(Way.CACHE_ASIDE));
  }
}
