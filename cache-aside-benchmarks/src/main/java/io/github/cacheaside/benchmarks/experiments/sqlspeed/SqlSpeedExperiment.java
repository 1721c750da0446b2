package io.github.cacheaside.benchmarks.experiments.sqlspeed;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.load.Hammer;
import io.github.cacheaside.benchmarks.load.Rounds;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import io.github.cacheaside.examples.shop.Stock;
import io.github.cacheaside.examples.shop.Visit;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The pages of the example's rental shop, of 200,000 rentals, while films are rented and prices
 * change: by the database alone, by what caches its queries, and by the AWS wrapper. They take
 * turns, some rounds, and are compared within each. Besides, what the data source that caches costs
 * a statement that it does not cache.
 */
public final class SqlSpeedExperiment implements Experiment {
  static final String PASSED = "passed-through";

  private static final int RENTALS = 200_000;
  private static final int CALLERS = 8;

  /** Pairs of turns for each second of the plan: 80 in 20 seconds, else chance is worth 2 %. */
  private static final int PAIRS_A_SECOND = 4;

  private static final List<Integer> CALLERS_OF_PASSED = List.of(1, 8);
  private static final List<String> SLOW_PAGES = List.of("list", "search");
  private static final int TIMES_DATABASE = 10;
  private static final double MOST_OVERHEAD = 1.05;
  private static final List<String> OURS = List.of(ShopSubject.DATA_SOURCE, ShopSubject.SQL_CACHE);

  /** The loads by name: each kind of page, and as visitors open them. */
  private static final String MIXED = "mixed";

  @Override
  public String name() {
    return "sqlspeed";
  }

  @Override
  public String about() {
    return "the pages of a shop by what caches SQL, beside the database alone";
  }

  @Override
  public List<String> subjects() {
    return List.of(
        ShopSubject.DATABASE,
        ShopSubject.DATA_SOURCE,
        ShopSubject.SQL_CACHE,
        ShopSubject.AWS,
        PASSED);
  }

  /** For a kind of page and subject. */
  @Override
  public int defaultSeconds() {
    return 20;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("list: median, 99 %", "{list_p50_us}, {list_p99_us} µs"),
        new Column("search", "{search_p50_us}, {search_p99_us} µs"),
        new Column("detail", "{detail_p50_us}, {detail_p99_us} µs"),
        new Column("pages a second, as visitors open them", "{mixed_per_s}"),
        new Column(
            "times as quick as the database: list, search, detail",
            "{list_times_database}, {search_times_database}, {detail_times_database}"),
        new Column("throughput of the AWS wrapper's", "{mixed_to_aws}"),
        new Column(
            "not cached, more than the pool alone: query, update, transaction; by 1, by 8 callers",
            "{query_by_1_percent}, {update_by_1_percent}, {transaction_by_1_percent};"
                + " {query_by_8_percent}, {update_by_8_percent}, {transaction_by_8_percent} %"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    try (RedisServer redis = TestServers.newRedis()) {
      for (DatabaseProduct product : SqlServers.two()) {
        redis.flushAll();
        try (DatabaseServer server = TestServers.database(product).createDatabase("sqlspeed");
            HikariDataSource pool = SqlServers.pool(server, 2 * CALLERS, "");
            RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
          new Shop(SqlServers.name(product), plan, results, server, pool, store, redis).run();
        }
      }
    }
  }

  /** One database. */
  private static final class Shop {
    private final String product;
    private final Plan plan;
    private final Consumer<Result> results;
    private final DatabaseServer server;
    private final HikariDataSource pool;
    private final RedisCacheStore store;
    private final RedisServer redis;

    Shop(
        String product,
        Plan plan,
        Consumer<Result> results,
        DatabaseServer server,
        HikariDataSource pool,
        RedisCacheStore store,
        RedisServer redis) {
      this.product = product;
      this.plan = plan;
      this.results = results;
      this.server = server;
      this.pool = pool;
      this.store = store;
      this.redis = redis;
    }

    void run() throws Exception {
      List<String> names = plan.subjects().stream().filter(name -> !name.equals(PASSED)).toList();
      if (!names.isEmpty()) {
        pages(names);
      }
      if (plan.subjects().contains(PASSED)) {
        passedThrough();
      }
    }

    private void pages(List<String> names) throws Exception {
      plan.progress().accept(product + ": making " + RENTALS + " rentals");
      Stock stock = new Stock(pool, RENTALS, silent());
      stock.fill();
      Map<String, ShopSubject> subjects = new LinkedHashMap<>();
      try {
        for (String name : names) {
          subjects.put(name, ShopSubject.open(name, store, pool, server, redis.uri()));
        }
        Map<String, Rounds> rounds = new LinkedHashMap<>();
        try (Business business = Business.open(pool, stock, List.copyOf(subjects.values()))) {
          for (Visit.Kind kind : Visit.Kind.values()) {
            String load = kind.name().toLowerCase(Locale.ROOT);
            rounds.put(load, measure(load, subjects, visit -> visit.open(kind), stock));
          }
          rounds.put(MIXED, measure(MIXED, subjects, visit -> visit.open(visit.next()), stock));
          business.requireDone();
        }
        for (String name : names) {
          Result result = new Result("sqlspeed", name).at(product);
          rounds.forEach((load, found) -> report(result, load, found));
          results.accept(judge(result, rounds));
        }
      } finally {
        subjects.values().forEach(ShopSubject::close);
      }
    }

    private static PrintStream silent() {
      return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    private Rounds measure(
        String load, Map<String, ShopSubject> subjects, Opening opening, Stock stock)
        throws Exception {
      plan.progress().accept(product + ": " + load);
      Map<String, Hammer.Call> calls = new LinkedHashMap<>();
      subjects.forEach(
          (name, subject) ->
              calls.put(
                  name,
                  random ->
                      opening.open(new Visit(subject.pages(), stock.films(), random.nextLong()))));
      for (Hammer.Call call : calls.values()) {
        Hammer.Speed unused = Hammer.measure(CALLERS, Duration.ofSeconds(1), call); // warms up
      }
      Duration time = Duration.ofMillis(1_000L * plan.seconds() / Rounds.ROUNDS);
      return Rounds.measure(calls, CALLERS, time);
    }

    private void passedThrough() throws Exception {
      PassedThrough.create(pool);
      Result result = new Result("sqlspeed", PASSED).at(product);
      int pairs = Math.max(1, PAIRS_A_SECOND * plan.seconds());
      for (int callers : CALLERS_OF_PASSED) {
        for (PassedThrough.Kind kind : PassedThrough.Kind.values()) {
          String load = kind.name().toLowerCase(Locale.ROOT) + "_by_" + callers;
          plan.progress().accept(result.row() + ": " + load);
          judgePassed(result, load, PassedThrough.measure(kind, store, pool, callers, pairs));
        }
      }
      results.accept(result);
    }
  }

  /** How a visitor opens a page. */
  @FunctionalInterface
  private interface Opening {
    void open(Visit visit) throws Exception;
  }

  private static void report(Result result, String load, Rounds rounds) {
    String subject = result.subject();
    Hammer.Speed median = rounds.median(subject);
    result
        .with(load + "_p50_us", Math.round(median.p50Micros()))
        .with(load + "_p99_us", Math.round(median.p99Micros()))
        .with(load + "_per_s", Math.round(median.perSecond()));
    if (rounds.has(ShopSubject.DATABASE)) {
      result
          .with(load + "_times_database", 1 / rounds.ratioOfP50(subject, ShopSubject.DATABASE))
          .with(load + "_to_database", rounds.ratio(subject, ShopSubject.DATABASE));
    }
    if (rounds.has(ShopSubject.AWS)) {
      result.with(load + "_to_aws", rounds.ratio(subject, ShopSubject.AWS));
    }
  }

  /** Each round's ratios count, not those of the medians. */
  static Result judge(Result result, Map<String, Rounds> loads) {
    String subject = result.subject();
    if (!OURS.contains(subject)) {
      return result;
    }
    loads.forEach(
        (load, rounds) -> {
          if (SLOW_PAGES.contains(load) && rounds.has(ShopSubject.DATABASE)) {
            result.must(
                rounds.ratioOfP50(subject, ShopSubject.DATABASE) * TIMES_DATABASE <= 1,
                load + ": a tenth of the database's median at most");
          }
          if (rounds.has(ShopSubject.AWS)) {
            result.must(
                rounds.ratio(subject, ShopSubject.AWS) >= 1,
                load + ": the AWS wrapper's throughput at least");
          }
        });
    return result;
  }

  static void judgePassed(Result result, String load, Rounds rounds) {
    double ratio = rounds.ratio(PassedThrough.THROUGH, PassedThrough.POOL);
    result
        .with(load + "_of_pool", ratio)
        .with(load + "_percent", 100 * (1 / ratio - 1))
        .must(1 / ratio <= MOST_OVERHEAD, load + ": at most 5 % more than the pool itself");
  }
}
