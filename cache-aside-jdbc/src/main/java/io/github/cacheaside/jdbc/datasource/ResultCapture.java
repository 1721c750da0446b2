package io.github.cacheaside.jdbc.datasource;

import io.github.cacheaside.jdbc.datasource.CachedResult.Cell;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a driver's result to its end, with all that it can be asked for. */
final class ResultCapture {
  private static final int OF_A_ROW = 16;
  private static final int OF_A_VALUE = 48;

  private final ResultSet result;
  private final int columns;
  private final Limits limits;
  private long bytes;

  private final ColumnMemory.Known known;

  /**
   * What a result may have.
   *
   * @param bytes about, in memory
   */
  record Limits(int rows, int bytes) {}

  /** The result can't be kept. */
  static final class UncacheableException extends Exception {
    private static final long serialVersionUID = 1L;

    UncacheableException(String message) {
      super(message);
    }
  }

  private ResultCapture(ResultSet result, int columns, Limits limits, ColumnMemory.Known known) {
    this.result = result;
    this.columns = columns;
    this.limits = limits;
    this.known = known;
  }

  /**
   * Reads a result.
   *
   * @param text the query and its kind of session, of whose results something may be known
   */
  static CachedResult of(
      ResultSet pooled, String text, ColumnMemory memory, Limits limits, Duration ttl)
      throws SQLException, UncacheableException {
    ResultSet result = ofTheDriver(pooled);
    ResultSetMetaData metaData = result.getMetaData();
    int columns = metaData.getColumnCount();
    List<Object> types = ColumnMemory.types(metaData);
    ColumnMemory.Known known = memory.of(text, types);
    if (known == null) {
      known = memory.add(text, types, facts(result, metaData, columns), columns);
    }
    ResultCapture capture = new ResultCapture(result, columns, limits, known);
    List<@Nullable Cell[]> rows = new ArrayList<>();
    while (result.next()) {
      if (rows.size() == limits.rows()) {
        throw new UncacheableException("it has more than " + limits.rows() + " rows, the limit");
      }
      rows.add(capture.row());
    }
    return new CachedResult(ttl, columns, known.facts(), rows);
  }

  /** A pool may discard a connection whose driver says that it does not support something. */
  private static ResultSet ofTheDriver(ResultSet pooled) {
    try {
      return pooled.unwrap(ResultSet.class);
    } catch (SQLException | RuntimeException e) {
      return pooled;
    }
  }

  private static Map<String, List<Object>> facts(
      ResultSet result, ResultSetMetaData metaData, int columns) throws SQLException {
    Map<String, List<Object>> facts = new TreeMap<>();
    for (Method method : ResultSetMetaData.class.getMethods()) {
      if (method.getParameterCount() == 1 && method.getParameterTypes()[0] == int.class) {
        List<Object> answers = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
          answers.add(fact(metaData, method, i));
        }
        facts.put(method.getName(), answers);
      }
    }
    facts.put(ColumnNames.FACT, ColumnNames.of(result, facts, columns));
    return facts;
  }

  private static Object fact(ResultSetMetaData metaData, Method method, int column)
      throws SQLException {
    try {
      return Objects.requireNonNullElse(method.invoke(metaData, column), Tokens.NULL);
    } catch (InvocationTargetException e) {
      return CachedResult.NO_ANSWER;
    } catch (IllegalAccessException e) {
      throw new SQLException(e);
    }
  }

  private @Nullable Cell[] row() throws SQLException, UncacheableException {
    spend(OF_A_ROW + 4L * columns);
    @Nullable Cell[] row = new Cell[columns];
    for (int i = 0; i < columns; i++) {
      row[i] = cell(i);
    }
    return row;
  }

  private @Nullable Cell cell(int index) throws SQLException, UncacheableException {
    Object raw;
    try {
      raw = result.getObject(index + 1);
    } catch (SQLException | RuntimeException e) {
      throw unsupported(index, "its driver throws a " + e.getClass().getSimpleName());
    }
    if (raw == null) {
      return null;
    }
    boolean large = raw instanceof Clob || raw instanceof Blob;
    Object value = large ? content(raw) : raw;
    if (!Tokens.knows(value)) {
      throw unsupported(index, "its driver gives a " + raw.getClass().getName());
    }
    spend(size(value));
    boolean ordinary = Ordinary.is(value);
    Map<Form, Object> forms = new EnumMap<>(Form.class);
    for (Form form : Form.values()) {
      Object answer = ask(form, index, value, ordinary);
      Object derived = form.derived(value);
      boolean same =
          derived == null ? answer == CachedResult.NO_ANSWER : Objects.deepEquals(derived, answer);
      if (!same) {
        forms.put(form, answer);
        spend(size(answer));
      }
    }
    return new Cell(value, forms.isEmpty() ? Map.of() : forms, large);
  }

  /**
   * What the driver has refused once it is not asked again, unless that may be the value's fault.
   */
  private Object ask(Form form, int index, Object value, boolean ordinary) {
    Set<Form> ofColumn = known.refused().get(index);
    boolean typical = ordinary && !Ordinary.matters(form, value);
    if (typical && ofColumn.contains(form)) {
      return CachedResult.NO_ANSWER;
    }
    Object answer;
    try {
      answer = form.ask(result, index + 1);
    } catch (SQLException | RuntimeException | LinkageError e) {
      if (typical) {
        ofColumn.add(form);
      }
      return CachedResult.NO_ANSWER;
    }
    if (answer == null) {
      return Tokens.NULL;
    }
    return Tokens.knows(answer) ? answer : CachedResult.NO_ANSWER;
  }

  private void spend(long more) throws UncacheableException {
    bytes += more;
    if (bytes > limits.bytes()) {
      throw new UncacheableException("it takes more than " + limits.bytes() + " bytes, the limit");
    }
  }

  private static long size(Object value) {
    if (value instanceof String text) {
      return OF_A_VALUE + 2L * text.length();
    }
    return value instanceof byte[] content ? OF_A_VALUE + content.length : OF_A_VALUE;
  }

  private Object content(Object raw) throws SQLException, UncacheableException {
    long length = raw instanceof Clob clob ? clob.length() : ((Blob) raw).length();
    spend(length); // before it is read
    bytes -= length;
    return raw instanceof Clob clob
        ? clob.getSubString(1, (int) length)
        : ((Blob) raw).getBytes(1, (int) length);
  }

  private UncacheableException unsupported(int index, String why) throws SQLException {
    ResultSetMetaData metaData = result.getMetaData();
    return new UncacheableException(
        "column "
            + metaData.getColumnLabel(index + 1)
            + " of type "
            + metaData.getColumnTypeName(index + 1)
            + " can't be kept, as "
            + why);
  }

  /** Not the values, which may be secret. */
  @Override
  public String toString() {
    return "capture of " + columns + " columns, refused " + known.refused();
  }
}
