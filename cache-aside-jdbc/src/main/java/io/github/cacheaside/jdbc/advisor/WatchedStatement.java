package io.github.cacheaside.jdbc.advisor;

import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A statement whose executions are counted. For one thread at a time, as all statements are. */
final class WatchedStatement extends Watched {
  private static final int MOST_PARAMETERS = 10_000;

  private final Connection owner;
  private final Observer observer;
  private final Dialect dialect;
  private final long preparedHash;
  private @Nullable TemplateStats prepared;
  private long[] parameters = {};
  private boolean unknownParameters;
  private @Nullable TemplateStats batch;
  private @Nullable TemplateStats last;

  WatchedStatement(
      Object real, Connection owner, Observer observer, Dialect dialect, @Nullable String sql) {
    super(real);
    this.owner = owner;
    this.observer = observer;
    this.dialect = dialect;
    this.preparedHash = sql == null ? 0 : Hash.of(observer.seed(), sql);
    this.prepared = sql == null ? null : observer.statsOf(sql, dialect);
  }

  @Override
  @Nullable Object call(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    if (name.startsWith("execute")) {
      return execute(proxy, method, arguments);
    }
    if (name.equals("getConnection")) {
      return owner;
    }
    if (arguments != null) {
      noteArguments(name, method, arguments);
    } else if (name.equals("clearParameters")) {
      parameters = new long[0];
      unknownParameters = false;
    }
    Object answer = pass(method, arguments);
    return name.equals("getResultSet") && answer instanceof ResultSet result
        ? counted(proxy, result)
        : answer;
  }

  private void noteArguments(String name, Method method, Object[] arguments) {
    if (name.equals("addBatch") && arguments[0] instanceof String sql) {
      batch = observer.statsOf(sql, dialect);
    }
    if (!name.startsWith("set") || arguments.length < 2) {
      return;
    }
    if (method.getDeclaringClass() == CallableStatement.class) {
      unknownParameters = true; // by name
    } else if (method.getDeclaringClass() == PreparedStatement.class
        && arguments[0] instanceof Integer index) {
      noteParameter(index, name.equals("setNull") ? null : arguments[1], arguments.length);
    }
  }

  private void noteParameter(int index, @Nullable Object value, int arguments) {
    if (index < 1 || index > MOST_PARAMETERS) {
      unknownParameters = true;
      return;
    }
    if (index > parameters.length) {
      parameters = Arrays.copyOf(parameters, Math.max(index, 2 * parameters.length));
    }
    long hash = Hash.ofParameter(observer.seed(), index * 8 + arguments, value);
    parameters[index - 1] = hash;
    unknownParameters |= hash == 0;
  }

  private @Nullable Object execute(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String own =
        arguments != null && arguments.length > 0 && arguments[0] instanceof String sql
            ? sql
            : null;
    TemplateStats stats = own != null ? observer.statsOf(own, dialect) : preparedOrBatch();
    if (stats == null) {
      return pass(method, arguments);
    }
    boolean batched = method.getName().endsWith("Batch");
    long hash = batched ? 0 : own != null ? Hash.of(observer.seed(), own) : preparedHash();
    last = stats.countsRowsNow() ? stats : null;
    long began = observer.nanoTime();
    boolean failed = true;
    Object answer;
    try {
      answer = pass(method, arguments);
      failed = false;
    } finally {
      observer.ended(stats, hash, began, failed);
      batch = batched ? null : batch;
    }
    return answer instanceof ResultSet result ? counted(proxy, result) : answer;
  }

  private @Nullable TemplateStats preparedOrBatch() {
    return prepared != null ? prepared : batch;
  }

  private long preparedHash() {
    if (unknownParameters) {
      return 0;
    }
    long hash = preparedHash;
    for (long each : parameters) {
      hash = Repeats.spread(hash ^ each);
    }
    return hash == 0 ? 1 : hash;
  }

  /** The result itself, where its rows need not be counted: that would cost on each column. */
  private ResultSet counted(Object statement, ResultSet result) {
    return last == null
        ? result
        : new WatchedResult(result, (Statement) statement, last).as(ResultSet.class);
  }
}
