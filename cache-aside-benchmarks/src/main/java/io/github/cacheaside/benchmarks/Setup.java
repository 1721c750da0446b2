package io.github.cacheaside.benchmarks;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a worker is told at its start, as {@code name=value} lines on its standard input: a command
 * line would show passwords in the list of processes.
 */
record Setup(Map<String, String> values) {
  private static final String END = "end-of-setup";

  /** Where the database is. */
  record Sql(String url, String user, String password) {}

  Setup {
    values = Map.copyOf(values);
  }

  static Setup parse(List<String> lines) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines) {
      int at = line.indexOf('=');
      values.put(line.substring(0, at), line.substring(at + 1));
    }
    return new Setup(values);
  }

  static boolean isEnd(String line) {
    return line.equals(END);
  }

  void print(PrintStream out) {
    values.forEach((name, value) -> out.println(name + "=" + value));
    out.println(END);
    out.flush();
  }

  Setup with(String name, Object value) {
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(name, String.valueOf(value));
    return new Setup(more);
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the worker was not told its " + name);
    }
    return value;
  }

  long longNumber(String name) {
    return Long.parseLong(text(name));
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  Path path(String name) {
    return Path.of(text(name));
  }

  Sql sql() {
    return new Sql(text("sql.url"), text("sql.user"), text("sql.password"));
  }

  Setup with(Sql sql) {
    return with("sql.url", sql.url())
        .with("sql.user", sql.user())
        .with("sql.password", sql.password());
  }
}
