package io.github.cacheaside.examples;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Read;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.github.cacheaside.jdbc.JdbcWriter;
import io.github.cacheaside.jdbc.Row;
import io.github.cacheaside.jdbc.RowFormat;
import io.github.cacheaside.jdbc.SqlCache;
import io.github.cacheaside.jdbc.SqlKeys;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Puts a MySQL table behind Redis in two ways, with a TTL of 10 seconds: the result of a query as
 * JSON, and records as Redis hashes.
 *
 * <p>The table {@code planet} of the database is emptied and filled again on each run.
 */
final class Tutorial {
  private static final String ALL_PLANETS = "SELECT * FROM planet";

  /** A row of the table. */
  record Planet(Long id, String name) {}

  private static final Planet EARTH = new Planet(3L, "Earth");

  private final Servers servers;
  private final DataSource pool;
  private final QueryCounter database;
  private final SqlCache queries;
  private final CacheAside<Long, Planet> planets;
  private final Duration ttl;
  private final PrintStream out;
  private final List<String> problems = new ArrayList<>();
  private boolean cacheUp;
  private int reads;

  static void run(Servers servers, PrintStream out) throws Exception {
    new Tutorial(servers, out, Duration.ofSeconds(10)).run();
  }

  Tutorial(Servers servers, PrintStream out, Duration ttl) {
    this.servers = servers;
    this.out = out;
    this.ttl = ttl;
    this.pool = servers.dataSource();
    this.database = new QueryCounter(pool);

    // Technique A: the key is the SQL text, the value a JSON array of rows in a Redis string.
    this.queries =
        SqlCache.builder(servers.redis().plain(), database)
            .keys(SqlKeys.TEXT)
            .format(RowFormat.JSON)
            .ttl(ttl)
            .options(cache -> cache.storeTimeout(Servers.PATIENCE))
            .build();

    // Technique B: the key is planet:{id}, the value a Redis hash with the fields id and name.
    this.planets =
        CacheAside.builder(servers.redis().hash(), "planet", Serializer.fields(Planet.class))
            .ttl(ttl)
            .storeTimeout(Servers.PATIENCE)
            .build(
                JdbcLoader.of(database, "SELECT id, name FROM planet WHERE id = ?", Planet.class));
  }

  void run() throws SQLException, InterruptedException {
    ping();
    seed();
    List<Row> rows = cacheAQuery();
    cacheRecords();
    askForAnAbsentRow();
    if (cacheUp) {
      letThemExpire(rows);
      changeARow();
    } else {
      title("5. and 6. Expiry and change: only to be seen with a cache");
    }
    sumUp();
    check();
  }

  private void ping() throws InterruptedException {
    title("1. Does Redis answer?");
    cacheUp = servers.redisAnswers();
    if (cacheUp) {
      say("PING -> PONG");
    } else {
      say("No. " + servers.redisAdvice());
      say("The cache is down, so the database will answer everything. That is cache-aside:");
      say("an application gets slower without its cache, not broken.");
    }
  }

  private void seed() throws SQLException {
    title("2. Fill the table planet");
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS planet"
              + " (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(30))");
      connection.setAutoCommit(false);
      statement.executeUpdate("DELETE FROM planet");
      statement.executeUpdate(
          "INSERT INTO planet (id, name) VALUES (1, 'Mercury'), (2, 'Venus'), (3, 'Earth'),"
              + " (4, 'Mars'), (5, 'Jupiter'), (6, 'Saturn'), (7, 'Uranus'), (8, 'Neptune')");
      connection.commit();
    }
    if (cacheUp) {
      queries.invalidate(ALL_PLANETS); // what an earlier run may have left
      planets.invalidateAll(List.of(1L, 2L, 3L, 99L));
    }
    say("8 rows, ids 1 to 8.");
  }

  private List<Row> cacheAQuery() {
    title("3. Technique A: cache the result of a query");
    say("Key: the SQL text. Redis string: JSON array of rows. TTL: " + ttl.toSeconds() + " s");
    Read<List<Row>> first = fetch("1st time");
    Read<List<Row>> second = fetch("2nd time");
    List<Row> rows = first.toOptional().orElse(List.of());
    rows.forEach(row -> say("  " + row));
    expectSource("the query's first result", first, false);
    expectSource("the query's second result", second, true);
    expect(rows.size() == 8, "the query should find 8 planets, not " + rows.size());
    boolean longIds = rows.stream().allMatch(row -> row.get("id") instanceof Long);
    sayEqual(longIds && rows.equals(second.value()));
    say("(Times of a first read include what a young JVM has yet to load and compile.)");
    return rows;
  }

  private void cacheRecords() {
    title("4. Technique B: cache a record as a Redis hash");
    say("Key: planet:{id}. Redis hash: fields id and name. TTL: " + ttl.toSeconds() + " s");
    List<Read<Planet>> first = List.of(planet(1), planet(2), planet(3));
    say("Once more:");
    List<Read<Planet>> second = List.of(planet(1), planet(2), planet(3));
    first.forEach(read -> expectSource("a planet's first read", read, false));
    second.forEach(read -> expectSource("a planet's second read", read, true));
    sayEqual(values(first).equals(values(second)) && values(first).contains(EARTH));
  }

  private void askForAnAbsentRow() {
    say("A row that is not there is not cached by this layout: the database is asked every time.");
    expectSource("the absent planet", planet(99), false);
    expectSource("the absent planet, asked for again,", planet(99), false);
    say("The default layout can remember it: CacheAside.builder(...).absentTtl(...).");
  }

  private void letThemExpire(List<Row> before) throws InterruptedException {
    title("5. Wait until they expire");
    say("Look for yourself meanwhile: redis-cli -u " + servers.redisAddress());
    say("  GET \"" + ALL_PLANETS + "\"      HGETALL planet:1      TTL planet:1");
    out.print("   waiting");
    for (long left = ttl.toSeconds() + 2; left > 0 && planets.peek(3L).isPresent(); left--) {
      out.print(" .");
      out.flush();
      Thread.sleep(1000);
    }
    out.println(" expired");
    Read<List<Row>> again = fetch("query");
    expectSource("the query after its TTL", again, false);
    expect(before.equals(again.value()), "the rows should be the same after the TTL");
    for (long id = 1; id <= 3; id++) {
      expectSource("a planet after its TTL", planet(id), false);
    }
  }

  private void changeARow() throws SQLException {
    title("6. Change a row: UPDATE planet SET name = 'Terra' WHERE id = 3");
    try (Connection connection = pool.getConnection()) {
      rename(connection, 3, "Terra");
    }
    say("This write did not tell the cache, which keeps the old name until its TTL ends:");
    expectPlanet(planet(3), EARTH, true);

    planets.invalidate(3L); // always after the commit
    queries.invalidate(ALL_PLANETS);
    say("After planets.invalidate(3L):");
    expectPlanet(planet(3), new Planet(3L, "Terra"), false);

    JdbcWriter.of(pool).write(planets, 3L, connection -> rename(connection, 3, "Earth"));
    say("JdbcWriter puts the old name back: transaction, commit, invalidation, in this order:");
    expectPlanet(planet(3), EARTH, false);
  }

  private static void rename(Connection connection, long id, String name) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE planet SET name = ? WHERE id = ?")) {
      update.setString(1, name);
      update.setLong(2, id);
      update.executeUpdate();
    }
  }

  private void sumUp() {
    title("7. What it saved");
    int asked = database.count();
    long saved = queries.stats().hits() + planets.stats().hits();
    say(reads + " reads: the database saw " + asked + " queries, the cache saved " + saved + ".");
    say("(Counted where the caches take connections, one for each query: see QueryCounter.)");
    expect(asked + saved == reads, "each read should be a query or a saved one");
    if (cacheUp) {
      say("A lookup by primary key is quick anyway: caching it saves the database work. A slow");
      say("query gains time as well, often ten times or more.");
    } else {
      say("The cache is down: nothing was saved. Start Redis and run this again.");
    }
  }

  private void check() {
    if (!problems.isEmpty()) {
      throw new ExampleException("This went wrong: " + String.join("; ", problems) + ".");
    }
    out.println();
    out.println(cacheUp ? "Done." : "Done, without a cache.");
  }

  private Read<List<Row>> fetch(String when) {
    return timed(when, () -> queries.read(ALL_PLANETS));
  }

  private Read<Planet> planet(long id) {
    return timed("planet(" + id + ")", () -> planets.read(id));
  }

  private <V> Read<V> timed(String what, Supplier<Read<V>> reading) {
    long start = System.nanoTime();
    Read<V> read = reading.get();
    double millis = (System.nanoTime() - start) / 1e6;
    reads++;
    String source = read.outcome().isHit() ? "cache" : "database";
    String shown = shown(read.value());
    say(String.format(Locale.ROOT, "%-11s %-30s %-9s%6.1f ms", what, shown, source, millis));
    return read;
  }

  private static String shown(@Nullable Object value) {
    if (value instanceof List<?> rows) {
      return rows.size() + " rows";
    }
    return value == null ? "no such planet" : value.toString();
  }

  private static List<Planet> values(List<Read<Planet>> reads) {
    return reads.stream().flatMap(read -> read.toOptional().stream()).toList();
  }

  private void expectPlanet(Read<Planet> read, Planet planet, boolean fromCache) {
    expect(planet.equals(read.value()), "expected " + planet + " but was " + read.value());
    expectSource(planet.name(), read, fromCache);
  }

  private void expectSource(String what, Read<?> read, boolean fromCache) {
    boolean hit = read.outcome().isHit();
    expect(hit == (fromCache && cacheUp), what + " was " + read.outcome());
  }

  private void sayEqual(boolean equal) {
    expect(equal, "database and cache should give the same");
    say(equal ? "The same both times: equal values, ids of class Long." : "NOT the same!");
  }

  private void expect(boolean condition, String otherwise) {
    if (!condition) {
      problems.add(otherwise);
    }
  }

  private void title(String title) {
    out.println();
    out.println(title);
  }

  private void say(String line) {
    out.println("   " + line);
  }
}
