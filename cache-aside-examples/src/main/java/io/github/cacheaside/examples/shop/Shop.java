package io.github.cacheaside.examples.shop;

import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.spi.CacheStore;
import java.io.PrintStream;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import javax.sql.DataSource;

/**
 * A rental shop with 200,000 rentals. Visitors open lists, searches and details, first from the
 * database, then by a {@link SqlCache}, while a writer rents films; a rental invalidates the detail
 * of its film.
 */
public final class Shop {
  private static final int VISITORS = 2;
  private static final int BAR = 40;
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration BETWEEN_RENTALS = Duration.ofMillis(10);

  private final DataSource database;
  private final SqlCache sql;
  private final PrintStream out;
  private final int rentals;
  private final Duration time;

  /** A way to the pages. */
  private record Way(String name, Pages pages) {}

  /** What visitors have seen of a kind of page: the milliseconds of each, in order. */
  private record Seen(List<Double> millis) {
    double quantile(double share) {
      return millis.isEmpty()
          ? 0
          : millis.get(Math.min(millis.size() - 1, (int) (share * millis.size())));
    }
  }

  private record Measured(Way way, Map<Visit.Kind, Seen> seen, double seconds, long rented) {
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
    this.database = database;
    this.rentals = rentals;
    this.time = time;
    this.out = out;
    this.sql =
        SqlCache.builder(redis, database)
            .name("shop")
            .ttl(TTL)
            .clearable()
            .options(cache -> cache.storeTimeout(patience))
            .build();
  }

  /** Generates the rows, tries each way, and prints a table and a chart. */
  public void run() throws SQLException, InterruptedException {
    Stock stock = new Stock(database, rentals, out);
    out.printf(Locale.ROOT, "A shop with %,d films:%n", stock.films());
    stock.fill();
    sql.clear(); // what an earlier run may have left
    CachedPages cached = new CachedPages(sql);
    List<Measured> all = new ArrayList<>();
    for (Way way :
        List.of(new Way("database", new FilmDao(database)), new Way("SqlCache", cached))) {
      out.printf(
          "%d visitors and a writer, by %s, %d s ...%n", VISITORS, way.name(), time.toSeconds());
      all.add(measure(way, cached, stock.films()));
    }
    print(all);
  }

  private Measured measure(Way way, CachedPages cached, int films)
      throws SQLException, InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong rented = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(VISITORS + 1);
    long began = System.nanoTime();
    try {
      Future<?> writer =
          threads.submit(
              () -> {
                rent(cached, films, over, rented);
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
      writer.get();
      return new Measured(way, sorted(millis), seconds, rented.get());
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

  private void rent(CachedPages cached, int films, AtomicBoolean over, AtomicLong rented)
      throws SQLException, InterruptedException {
    JdbcWriter writer = JdbcWriter.of(database).fenced();
    Random random = new Random(7);
    while (!over.get()) {
      long film = 1L + random.nextInt(films);
      writer.<Long, SQLException>transaction(
          transaction -> {
            cached.rented(transaction, film);
            try (PreparedStatement insert =
                transaction
                    .connection()
                    .prepareStatement(
                        "INSERT INTO shop_rental (film_id, customer) VALUES (?, 1)")) {
              insert.setLong(1, film);
              insert.executeUpdate();
            }
            return film;
          });
      rented.incrementAndGet();
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
        "Films rented meanwhile: %d; hits: %d, queries: %d%n",
        LongStream.of(all.stream().mapToLong(Measured::rented).toArray()).sum(),
        sql.stats().hits(),
        sql.stats().loads());
  }
}
