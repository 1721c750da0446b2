package io.github.cacheaside.benchmarks.experiments.tutorial;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.TestServers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a cache gains an application: the tutorial's table read by primary key, and one of a million
 * rows read without an index, while 5 % of the calls write.
 */
public final class TutorialLoadExperiment implements Experiment {
  private static final int ROUNDS = 5;

  /** Reads by primary key are many a second, so a fraction of the time will do. */
  private static final int SHARE_OF_QUICK = 5;

  @Override
  public String name() {
    return "tutorial-load";
  }

  @Override
  public String about() {
    return "the tutorial's database and a million rows without an index: alone, behind caches";
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>(List.of(TutorialVerdict.DATABASE));
    subjects.addAll(TutorialVerdict.OURS);
    subjects.add(Subjects.NAIVE);
    subjects.addAll(TutorialVerdict.PEERS);
    return subjects;
  }

  @Override
  public int defaultSeconds() {
    return 15;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("reads a second", "{ops_per_s}"),
        new Column("of the database alone", "{ratio_to_database}"),
        new Column("slowest to fastest round", "{slowest} – {fastest}"),
        new Column("median, 99 %, 99.9 %", "{p50_us}, {p99_us}, {p999_us} µs"),
        new Column("database queries a read", "{queries_per_read}"),
        new Column("answered without one", "{hits%reads}"),
        new Column("stale after the write returned", "{stale_after_ack/reads}"),
        new Column("stale at rest", "{permanent_stale/checked}"),
        new Column("known to be", "{known}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    try (DatabaseServer database = TestServers.database().createDatabase("tutorial")) {
      SqlDatabase.Address where =
          new SqlDatabase.Address(database.jdbcUrl(), database.user(), database.password());
      try (HikariDataSource pool =
          TutorialTable.pool(where.url(), where.user(), where.password(), TutorialLoad.CALLERS)) {
        for (TutorialTable table : TutorialTable.values()) {
          plan.progress().accept("filling " + table.table());
          try (Connection connection = pool.getConnection();
              Statement statement = connection.createStatement()) {
            table.create(statement);
          }
          try (TutorialLoad load = new TutorialLoad(table, where, pool, plan.seed())) {
            measure(table, pool, load, plan);
            report(table, load, plan, results);
          }
        }
      }
    }
  }

  /** Warms up while there is an index, measures without, looks for what is stale with it again. */
  private static void measure(
      TutorialTable table, HikariDataSource pool, TutorialLoad load, Plan plan) throws Exception {
    table.index(pool);
    for (String subject : plan.subjects()) {
      plan.progress().accept(table.table() + ": warming up " + subject);
      load.open(subject);
    }
    table.dropIndex(pool);
    load.begin();
    long millis = 1_000L * plan.seconds() / ROUNDS;
    Duration time =
        Duration.ofMillis(table == TutorialTable.STAR ? millis : millis / SHARE_OF_QUICK);
    for (int round = 0; round < ROUNDS; round++) {
      plan.progress().accept(table.table() + ": round " + (round + 1) + " of " + ROUNDS);
      load.round(round, time);
    }
    table.index(pool);
    load.atRest();
  }

  private void report(TutorialTable table, TutorialLoad load, Plan plan, Consumer<Result> results) {
    Map<String, TutorialVerdict.Found> found = load.found();
    for (String subject : plan.subjects()) {
      Result result =
          load.report(name(), subject)
              .with("known", TutorialVerdict.known(subject))
              .with("server", TestServers.database().origin().replaceAll(" at .*", ""));
      TutorialVerdict.Found mine = found.get(subject);
      TutorialVerdict.Found alone = found.get(TutorialVerdict.DATABASE);
      if (mine != null && alone != null) {
        result.with("ratio_to_database", mine.perSecond() / alone.perSecond());
      }
      if (table == TutorialTable.STAR) {
        TutorialVerdict.judge(result, found);
      } else if (mine != null) {
        TutorialVerdict.judgeCoherence(result, mine);
      }
      results.accept(result);
    }
  }
}
