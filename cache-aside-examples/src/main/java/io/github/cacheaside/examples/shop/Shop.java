package io.github.cacheaside.examples.shop;

import io.github.cacheaside.spi.CacheStore;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * A rental shop with 200,000 rentals. Visitors open lists, searches and details: from the database,
 * by a {@code SqlCache}, and by the code of the first through a data source that caches. Meanwhile
 * a clerk rents films and changes prices.
 */
public final class Shop {
  private static final int VISITORS = 2;
  private static final int BAR = 40;
  private static final Duration BETWEEN_RENTALS = Duration.ofMillis(10);
  private static final int RENTALS_OF_A_PRICE = 50;

  private final CacheStore redis;
  private final DataSource database;
  private final Duration patience;
  private final PrintStream out;
  private final int rentals;
  private final Duration time;

  /** What visitors have seen of a kind of page: the milliseconds of each, in order. */
  private record Seen(List<Double> millis) {
    double quantile(double share) {
      return millis.isEmpty()
          ? 0
          : millis.get(Math.min(millis.size() - 1, (int) (share * millis.size())));
    }
  }

  private record Measured(
      Way way, Map<Visit.Kind, Seen> seen, double seconds, long rented, long repriced) {
    double pagesASecond() {
      return seen.values().stream().mapToInt(s -> s.millis().size()).sum() / seconds;
    }
  }

  /**
   * A shop.
   *
   * @param rentals how many rows to generate
   * @param time how long each way is tried
   */
  public Shop(
      CacheStore redis,
      DataSource database,
      Duration patience,
      int rentals,
      Duration time,
      PrintStream out) {
    this.redis = redis;
    this.database = database;
    this.patience = patience;
    this.rentals = rentals;
    this.time = time;
    this.out = out;
  }

  /** Generates the rows, tries each way, and prints a table and a chart. */
  public void run() throws SQLException, InterruptedException {
    Stock stock = new Stock(database, rentals, out);
    out.printf(Locale.ROOT, "A shop with %,d films:%n", stock.films());
    stock.fill();
    Clerk clerk = new Clerk(stock);
    List<Measured> all = new ArrayList<>();
    for (Way way :
        List.of(
            Way.database(database),
            Way.sqlCache(redis, database, patience),
            Way.dataSource(redis, database, patience))) {
      out.printf(
          "%d visitors and a clerk, by %s, %d s ...%n", VISITORS, way.name(), time.toSeconds());
      all.add(measure(way, clerk, stock.films()));
    }
    print(all);
  }

  private Measured measure(Way way, Clerk clerk, int films)
      throws SQLException, InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong rented = new AtomicLong();
    AtomicLong repriced = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(VISITORS + 1);
    long began = System.nanoTime();
    try {
      Future<?> working =
          threads.submit(
              () -> {
                work(way, clerk, over, rented, repriced);
                return null;
              });
      List<Future<Map<Visit.Kind, List<Double>>>> visitors = new ArrayList<>();
      for (int i = 0; i < VISITORS; i++) {
        Visit visit = new Visit(way.pages(), films, i);
        visitors.add(threads.submit(() -> visit(visit, began + time.toNanos())));
      }
      Map<Visit.Kind, List<Double>> millis = new EnumMap<>(Visit.Kind.class);
      for (Future<Map<Visit.Kind, List<Double>>> each : visitors) {
        each.get()
            .forEach(
                (kind, some) -> millis.computeIfAbsent(kind, k -> new ArrayList<>()).addAll(some));
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      over.set(true);
      working.get();
      return new Measured(way, sorted(millis), seconds, rented.get(), repriced.get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
  }

  private static Map<Visit.Kind, Seen> sorted(Map<Visit.Kind, List<Double>> millis) {
    Map<Visit.Kind, Seen> seen = new EnumMap<>(Visit.Kind.class);
    millis.forEach(
        (kind, some) -> {
          seen.put(kind, new Seen(some.stream().sorted().toList()));
        });
    return seen;
  }

  /** Opens each kind once, then as visitors do until the time is up. */
  private static Map<Visit.Kind, List<Double>> visit(Visit visit, long end) throws SQLException {
    Map<Visit.Kind, List<Double>> millis = new EnumMap<>(Visit.Kind.class);
    for (Visit.Kind kind : Visit.Kind.values()) {
      open(visit, kind, millis);
    }
    while (System.nanoTime() < end) {
      open(visit, visit.next(), millis);
    }
    return millis;
  }

  private static void open(Visit visit, Visit.Kind kind, Map<Visit.Kind, List<Double>> millis)
      throws SQLException {
    long began = System.nanoTime();
    visit.open(kind);
    millis.computeIfAbsent(kind, any -> new ArrayList<>()).add((System.nanoTime() - began) / 1e6);
  }

  /** Rents films past the cache, and now and then changes a price. */
  private void work(
      Way way, Clerk clerk, AtomicBoolean over, AtomicLong rented, AtomicLong repriced)
      throws SQLException, InterruptedException {
    while (!over.get()) {
      try (Connection connection = database.getConnection()) {
        clerk.rent(connection, clerk.film());
      }
      if (rented.incrementAndGet() % RENTALS_OF_A_PRICE == 0) {
        way.reprice(clerk, clerk.film());
        repriced.incrementAndGet();
      }
      Thread.sleep(BETWEEN_RENTALS.toMillis());
    }
  }

  private void print(List<Measured> all) {
    out.println();
    out.printf("%-10s %-8s %8s %10s %10s%n", "by", "page", "opened", "p50 ms", "p99 ms");
    for (Measured each : all) {
      each.seen()
          .forEach(
              (kind, seen) ->
                  out.printf(
                      Locale.ROOT,
                      "%-10s %-8s %8d %10.2f %10.2f%n",
                      each.way().name(),
                      kind.name().toLowerCase(Locale.ROOT),
                      seen.millis().size(),
                      seen.quantile(0.5),
                      seen.quantile(0.99)));
    }
    out.println();
    out.println("pages a second");
    double most = all.stream().mapToDouble(Measured::pagesASecond).max().orElse(1);
    for (Measured each : all) {
      int length = (int) Math.max(1, Math.round(BAR * each.pagesASecond() / most));
      out.printf(
          Locale.ROOT,
          "%-10s %-" + BAR + "s %,.0f%n",
          each.way().name(),
          "#".repeat(length),
          each.pagesASecond());
    }
    out.println();
    out.printf(
        "Rented meanwhile: %d films; new prices: %d; pages from the cache: %d%n",
        all.stream().mapToLong(Measured::rented).sum(),
        all.stream().mapToLong(Measured::repriced).sum(),
        all.stream().mapToLong(each -> each.way().hits()).sum());
  }
}
