package io.github.cacheaside.benchmarks.experiments.sql;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.Experiment;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.jdbc.outbox.Outbox;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import javax.sql.DataSource;

/**
 * G14: writers are killed at every step of a write and of the draining, and no invalidation is
 * lost. Each row's old value is cached before it is written. When all is drained, the cache is
 * compared with the database, row by row. The twin has no outbox.
 */
public final class OutboxExperiment implements Experiment {
  static final String OURS = "outbox";
  static final String TWIN = "no-outbox";

  private static final int WRITES_A_ROUND = 400;
  private static final int SHARE_OF_TWIN = 5;
  private static final List<OutboxWriter.Step> STEPS = List.of(OutboxWriter.Step.values());
  private static final int LEAST_ROUNDS = STEPS.size();
  private static final long MOST_MILLIS = 1_000;

  @Override
  public String name() {
    return "outbox";
  }

  @Override
  public String about() {
    return "writers killed at every step of a write: no invalidation lost (G14); "
        + WRITES_A_ROUND
        + " writes a kill, a kill for each of --seconds";
  }

  @Override
  public List<String> subjects() {
    return List.of(OURS, TWIN);
  }

  @Override
  public int defaultSeconds() {
    return 25;
  }

  @Override
  public List<Column> columns() {
    return List.of(
        new Column("writes", "{writes}"),
        new Column("killed", "{kills}"),
        new Column("invalidations lost", "{lost}"),
        new Column("drained after a restart", "{drained_ms_p50} ms"),
        new Column("at most", "{drained_ms_max} ms"));
  }

  @Override
  public void run(Plan plan, Consumer<Result> results) throws Exception {
    for (String subject : plan.subjects()) {
      boolean ours = subject.equals(OURS);
      int rounds = Math.max(LEAST_ROUNDS, ours ? plan.seconds() : plan.seconds() / SHARE_OF_TWIN);
      RedisServer redis = TestServers.redis();
      try (DatabaseServer schema = TestServers.database().createDatabase("outbox")) {
        results.accept(new Run(subject, ours, rounds, redis, schema, plan).report(name()));
      }
    }
  }

  private static final class Run {
    private final String subject;
    private final boolean outbox;
    private final int rounds;
    private final RedisServer redis;
    private final DatabaseServer schema;
    private final Plan plan;
    private final List<Long> drained = new ArrayList<>();

    Run(
        String subject,
        boolean outbox,
        int rounds,
        RedisServer redis,
        DatabaseServer schema,
        Plan plan) {
      this.subject = subject;
      this.outbox = outbox;
      this.rounds = rounds;
      this.redis = redis;
      this.schema = schema;
      this.plan = plan;
    }

    Result report(String experiment) throws Exception {
      DataSource source = schema.dataSource();
      String cache = "outbox-" + System.nanoTime();
      try (RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
        CacheAside<Long, Long> rows = OutboxWriter.cache(store, cache, source);
        prepare(source, rows);
        for (int round = 0; round < rounds; round++) {
          OutboxWriter.Step step = step(round);
          plan.progress().accept(subject + ": " + (round + 1) + " of " + rounds + ", " + step);
          killOne(cache, step, round);
        }
        drainTheRest(cache);
        long lost = stale(source, rows);
        long median = drained.stream().sorted().skip(drained.size() / 2).findFirst().orElse(0L);
        long most = Collections.max(drained);
        Result result =
            new Result(experiment, subject)
                .with("writes", (long) rounds * WRITES_A_ROUND)
                .with("kills", rounds)
                .with("lost", lost)
                .with("drained_ms_p50", median)
                .with("drained_ms_max", most);
        return outbox
            ? result
                .must(lost == 0, "no invalidation is lost (G14)")
                .must(median <= MOST_MILLIS, "drained within 1 s of a restart, half of the times")
                .must(!plan.waitBound() || most <= MOST_MILLIS, "drained within 1 s of a restart")
            : result.mustFail(lost > 0);
      }
    }

    private OutboxWriter.Step step(int round) {
      OutboxWriter.Step step = STEPS.get(round % LEAST_ROUNDS);
      boolean possible = outbox || step == OutboxWriter.Step.BEFORE_THE_COMMIT;
      return possible ? step : OutboxWriter.Step.BEFORE_THE_INVALIDATION;
    }

    private void prepare(DataSource source, CacheAside<Long, Long> rows) throws SQLException {
      try (Outbox any = Outbox.builder(source).cache(rows, Long.class).buildPassive()) {
        any.createTable();
      }
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE "
                + OutboxWriter.TABLE
                + " (id BIGINT PRIMARY KEY, version BIGINT NOT NULL)");
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + OutboxWriter.TABLE + " VALUES (?, 0)")) {
          for (long id = 0; id < (long) rounds * WRITES_A_ROUND; id++) {
            insert.setLong(1, id);
            insert.addBatch();
          }
          insert.executeBatch();
        }
        connection.commit();
      }
    }

    private void killOne(String cache, OutboxWriter.Step step, int round) throws Exception {
      try (Child child = new Child(cache, step, (long) round * WRITES_A_ROUND, WRITES_A_ROUND)) {
        drained.add(child.drained());
        child.await(OutboxWriter.HERE);
      }
    }

    /** What the last one has left is drained by one more, which need not be killed at a step. */
    private void drainTheRest(String cache) throws Exception {
      try (Child child = new Child(cache, OutboxWriter.Step.BEFORE_THE_ROW, 0, 1)) {
        drained.add(child.drained());
      }
    }

    private long stale(DataSource source, CacheAside<Long, Long> rows) throws SQLException {
      Map<Long, Long> truth = new HashMap<>();
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement();
          ResultSet result =
              statement.executeQuery("SELECT id, version FROM " + OutboxWriter.TABLE)) {
        while (result.next()) {
          truth.put(result.getLong(1), result.getLong(2));
        }
      }
      return LongStream.range(0, (long) rounds * WRITES_A_ROUND)
          .filter(id -> rows.peek(id).map(v -> !Objects.equals(v, truth.get(id))).orElse(false))
          .count();
    }

    /** The JVM that is to be killed; closing kills it. */
    private final class Child implements AutoCloseable {
      private final Process process;
      private final BufferedReader out;

      Child(String cache, OutboxWriter.Step step, long first, long count) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(OutboxWriter.class.getName());
        command.addAll(
            List.of(schema.jdbcUrl(), schema.user(), schema.password(), redis.uri(), cache));
        command.addAll(
            List.of(
                step.name(), String.valueOf(first), String.valueOf(count), String.valueOf(outbox)));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        out =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      }

      long drained() throws IOException {
        return Long.parseLong(await(OutboxWriter.DRAINED).substring(OutboxWriter.DRAINED.length()));
      }

      String await(String start) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          if (line.startsWith(start)) {
            return line;
          }
          said.append(line).append('\n');
        }
        throw new IllegalStateException("a writer ended early:\n" + said);
      }

      @Override
      public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        out.close();
      }
    }
  }
}
