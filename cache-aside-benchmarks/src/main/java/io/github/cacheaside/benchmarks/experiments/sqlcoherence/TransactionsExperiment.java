package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

import com.zaxxer.hikari.HikariDataSource;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.servers.SqlServers;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseProduct;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Random transactions at each isolation level, while others read by way of the cache: nothing that
 * was never committed and nothing from an open snapshot is cached. The twin fills it from within
 * transactions and must fail.
 */
public final class TransactionsExperiment implements Experiment {
  private static final int SHARE_OF_TWIN = 2;

  static final String DATA_SOURCE = "data-source";
  static final String SQL_CACHE = "sql-cache";
  static final String FILLING = "fills-within";

  @Override
  public String name() {
    return "transactions";
  }

  @Override
  public String about() {
    return "transactions at each isolation level: nothing uncommitted is cached, no snapshot";
  }

  @Override
  public List<String> subjects() {
    return List.of(DATA_SOURCE, SQL_CACHE, FILLING);
  }

  /** At each isolation level of each database. */
  @Override
  public int defaultSeconds() {
    return 20;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("committed, rolled back, aborted", "{commits}, {rollbacks}, {aborted}"),
        new Column("answers never committed", "{uncommitted/reads}"),
        new Column("stale answers", "{stale/reads}"),
        new Column("reads that contradict their transaction", "{unrepeatable/reads_inside}"),
        new Column("fills from transactions", "{fills}"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (DatabaseProduct product : SqlServers.two()) {
      for (String subject : plan.subjects()) {
        Result result = new Result(name(), subject).at(SqlServers.name(product));
        Optional<TransactionsRun.Found> all = Optional.empty();
        for (Isolation isolation : Isolation.values()) {
          TransactionsRun.Found found = measure(subject, product, isolation, plan);
          plan.progress().accept(result.row() + ", " + isolation + ": " + found);
          judge(result, isolation, found);
          all = Optional.of(all.map(found::plus).orElse(found));
        }
        results.accept(report(result, all.orElseThrow()));
      }
    }
  }

  private static TransactionsRun.Found measure(
      String subject, DatabaseProduct product, Isolation isolation, Plan plan) throws Exception {
    boolean twin = subject.equals(FILLING);
    int seconds = Math.max(1, twin ? plan.seconds() / SHARE_OF_TWIN : plan.seconds());
    return measure(subject, product, isolation, Duration.ofSeconds(seconds), plan.seed());
  }

  /** One subject over tables of its own, at one isolation level. */
  static TransactionsRun.Found measure(
      String subject, DatabaseProduct product, Isolation isolation, Duration time, long seed)
      throws Exception {
    try (DatabaseServer server = TestServers.database(product).createDatabase("transactions");
        RedisServer redis = TestServers.newRedis();
        HikariDataSource pool =
            SqlServers.pool(server, TransactionsRun.CONNECTIONS, isolation.ofPool());
        HikariDataSource committed =
            SqlServers.pool(server, TransactionsRun.JUDGES, Isolation.READ_COMMITTED.ofPool());
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      RaceTables.create(pool);
      try (TransactionsSubject measured =
          switch (subject) {
            case DATA_SOURCE -> new DataSourceTransactions(store, pool, committed);
            case SQL_CACHE -> new SqlCacheTransactions(store, pool, committed);
            case FILLING -> new FillingTransactions(store, pool, committed);
            default -> throw new IllegalArgumentException("no such subject: " + subject);
          }) {
        return new TransactionsRun(measured, isolation).run(time, seed);
      }
    }
  }

  private static Result report(Result result, TransactionsRun.Found found) {
    return result
        .with("reads", found.reads() + found.readsInside())
        .with("reads_inside", found.readsInside())
        .with("commits", found.commits())
        .with("rollbacks", found.rollbacks())
        .with("aborted", found.aborted())
        .with("uncommitted", found.uncommitted())
        .with("stale", found.stale())
        .with("unrepeatable", found.unrepeatable())
        .with("fills", found.fills())
        .with("hits", found.hits())
        .with("errors", found.errors());
  }

  static Result judge(Result result, Isolation isolation, TransactionsRun.Found found) {
    if (result.subject().equals(FILLING)) {
      return result.mustFail(found.uncommittedToOthers() > 0 && found.fills() > 0);
    }
    String at = isolation + ": ";
    return result
        .must(found.uncommitted() == 0, at + "nothing is answered that was never committed")
        .must(found.stale() == 0, at + "nothing is stale once a transaction has committed")
        .must(found.unrepeatable() == 0, at + "a transaction sees its writes and its snapshot")
        .must(
            (found.fills() > 0) == (isolation.fills() && result.subject().equals(DATA_SOURCE)),
            at + "no transaction fills the cache, but those at READ COMMITTED")
        .must(found.hits() > 0, at + "some reads are hits")
        .must(found.commits() > 0 && found.rollbacks() > 0, at + "some commit and some roll back")
        .must(found.errors() == 0, at + "no error reaches a caller");
  }
}
