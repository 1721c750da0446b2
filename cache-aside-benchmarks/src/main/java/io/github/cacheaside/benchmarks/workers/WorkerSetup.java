package io.github.cacheaside.benchmarks.workers;

import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a worker is told at its start, as {@code name=value} lines on its standard input: a command
 * line would show passwords in the list of processes.
 */
public record WorkerSetup(Map<String, String> values) {
  private static final String END = "end-of-setup";

  public WorkerSetup {
    values = Map.copyOf(values);
  }

  public static WorkerSetup parse(List<String> lines) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines) {
      int at = line.indexOf('=');
      values.put(line.substring(0, at), line.substring(at + 1));
    }
    return new WorkerSetup(values);
  }

  static boolean isEnd(String line) {
    return line.equals(END);
  }

  void print(PrintStream out) {
    values.forEach((name, value) -> out.println(name + "=" + value));
    out.println(END);
    out.flush();
  }

  public WorkerSetup with(String name, Object value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(name, String.valueOf(value));
    return new WorkerSetup(more);
  }

  public String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the worker was not told its " + name);
    }
    return value;
  }

  public long longNumber(String name) {
    return Long.parseLong(text(name));
  }

  public int number(String name) {
    return Integer.parseInt(text(name));
  }

  public Path path(String name) {
    return Path.of(text(name));
  }

  public SqlDatabase.Address sql() {
    return new SqlDatabase.Address(text("sql.url"), text("sql.user"), text("sql.password"));
  }

  public WorkerSetup with(SqlDatabase.Address sql) {
    return with("sql.url", sql.url())
        .with("sql.user", sql.user())
        .with("sql.password", sql.password());
  }
}
