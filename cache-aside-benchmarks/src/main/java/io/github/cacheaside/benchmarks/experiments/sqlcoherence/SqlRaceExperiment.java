package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Readers of SQL results while the rows are written: through the data source that caches, with code
 * that knows no cache, and by {@code SqlCache}. What is written by hand, a mutant without the
 * generations' rule, and the query cache of the AWS wrapper must be seen to be stale.
 */
public final class SqlRaceExperiment implements Experiment {
  static final String DATA_SOURCE = "data-source";
  static final String SQL_CACHE = "sql-cache";
  static final String LATE = "late-generations";
  static final String NAIVE = "naive";
  static final String AWS = "aws-jdbc";

  private static final List<String> OURS = List.of(DATA_SOURCE, SQL_CACHE);
  private static final int SHARE_OF_OTHERS = 4;
  private static final Duration TTL = Duration.ofMinutes(10);

  /** Nothing else ends an entry of the AWS wrapper. */
  private static final Duration AWS_TTL = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "sqlrace";
  }

  @Override
  public String about() {
    return "results of queries while their rows are written: none is stale after the write";
  }

  @Override
  public List<String> subjects() {
    return List.of(DATA_SOURCE, SQL_CACHE, LATE, NAIVE, AWS);
  }

  @Override
  public int defaultSeconds() {
    return 120;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("writes", "{writes}"),
        new Column("stale after a write returned", "{stale/reads}"),
        new Column("stale after COMMIT", "{stale_after_commit/reads}"),
        new Column("stale at rest", "{stale_at_rest}"),
        new Column("never committed", "{uncommitted}"),
        new Column("errors of readers, writers", "{read_errors}, {write_errors}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    try (RedisServer redis = TestServers.newRedis()) {
      for (DatabaseProduct product : SqlServers.two()) {
        for (String subject : plan.subjects()) {
          boolean ours = OURS.contains(subject);
          int seconds = Math.max(1, ours ? plan.seconds() : plan.seconds() / SHARE_OF_OTHERS);
          plan.progress()
              .accept(subject + " on " + SqlServers.name(product) + ", " + seconds + " s");
          Race.Found found =
              race(subject, product, redis, Duration.ofSeconds(seconds), plan.seed());
          found.firstError().ifPresent(e -> plan.progress().accept("the first error is " + e));
          Result result = new Result(name(), subject).at(SqlServers.name(product));
          results.accept(judge(report(result, found), found));
        }
      }
    }
  }

  /** One subject over tables of its own, and an empty Redis. */
  static Race.Found race(
      String subject, DatabaseProduct product, RedisServer redis, Duration time, long seed)
      throws Exception {
    redis.flushAll(); // the AWS wrapper never lets go of a server, so all subjects have one
    try (DatabaseServer server = TestServers.database(product).createDatabase("sqlrace");
        HikariDataSource pool = SqlServers.pool(server, Race.CONNECTIONS, "");
        RedisCacheStore store = RedisCacheStore.connect(redis.uri());
        Race race = new Race()) {
      RaceTables.create(pool);
      DataSource stalling = new StallingDataSource(pool, race::begun, race::committed);
      try (RaceSubject raced =
          switch (subject) {
            case DATA_SOURCE -> new DataSourceSubject(store, stalling, TTL);
            case SQL_CACHE -> new SqlCacheSubject(store, stalling, TTL);
            case LATE ->
                new DataSourceSubject(
                    MutantStores.lateGenerations(DataSourceSubject.NAME).apply(store),
                    stalling,
                    TTL);
            case NAIVE -> new NaiveSqlSubject(redis.uri(), stalling, TTL);
            case AWS -> new AwsSqlSubject(server, redis.uri(), Race.CONNECTIONS, AWS_TTL);
            default -> throw new IllegalArgumentException("no such subject: " + subject);
          }) {
        return race.run(raced, time, seed);
      }
    }
  }

  private static Result report(Result result, Race.Found found) {
    result
        .with("reads", found.reads())
        .with("writes", found.writes())
        .with("stale", found.staleAfterAck())
        .with("stale_after_commit", found.staleAfterCommit())
        .with("stale_at_rest", found.staleAtRest())
        .with("uncommitted", found.uncommitted())
        .with("read_errors", found.readErrors())
        .with("write_errors", found.writeErrors());
    return found.hits() < 0 ? result : result.with("hits", found.hits());
  }

  static Result judge(Result result, Race.Found found) {
    if (!OURS.contains(result.subject())) {
      return result.mustFail(found.staleAfterAck() > 0);
    }
    return result
        .must(found.staleAfterAck() == 0, "no result is stale after the write has returned")
        .must(found.staleAfterCommit() == 0, "nor after its COMMIT")
        .must(found.staleAtRest() == 0, "nothing is stale after everything came to rest")
        .must(found.uncommitted() == 0, "nothing is answered that was never committed")
        .must(found.readErrors() + found.writeErrors() == 0, "no error reaches a caller")
        .must(found.hits() * 4 > found.reads(), "a quarter of the reads are hits");
  }
}
