package io.github.cacheaside.jdbc.datasource;

import io.github.cacheaside.jdbc.datasource.CachedResult.Cell;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code ResultSet} over a cached result: scrollable and read-only. */
final class Cursor implements InvocationHandler {
  private final CachedResult result;
  private final StatementHandler statement;
  private final ResultSet proxy;
  private int row; // from 1; 0 is before the first
  private boolean wasNull;
  private boolean closed;
  private int fetchSize;
  private int fetchDirection = ResultSet.FETCH_FORWARD;

  Cursor(CachedResult result, StatementHandler statement) {
    this.result = result;
    this.statement = statement;
    this.proxy = Proxies.of(ResultSet.class, this);
  }

  ResultSet proxy() {
    return proxy;
  }

  void closeByStatement() {
    closed = true;
  }

  private void close() throws SQLException {
    if (!closed) {
      closed = true;
      statement.resultClosed();
    }
  }

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Call call = Call.of(method, arguments);
    if (call.name().equals("close")) {
      close();
      return null;
    }
    if (call.name().equals("isClosed")) {
      return closed;
    }
    Object own = Proxies.ofObject(proxy, call, result.toString());
    if (own != null) {
      return own;
    }
    if (closed) {
      throw new SQLException("the result is closed");
    }
    return call.count() > 0 && call.name().startsWith("get")
        ? read(call, method.getReturnType())
        : moved(call);
  }

  private @Nullable Object moved(Call call) throws SQLException {
    int size = result.rows().size();
    return switch (call.name()) {
      case "next" -> move(row + 1);
      case "previous" -> move(row - 1);
      case "first" -> size > 0 && move(1);
      case "last" -> size > 0 && move(size);
      case "beforeFirst" -> at(0);
      case "afterLast" -> at(size + 1);
      case "absolute" -> {
        int to = number(call);
        yield move(to < 0 ? size + 1 + to : to);
      }
      case "relative" -> move(row + number(call));
      case "isBeforeFirst" -> row == 0 && size > 0;
      case "isAfterLast" -> row > size && size > 0;
      case "isFirst" -> row == 1 && size > 0;
      case "isLast" -> row == size && size > 0;
      case "getRow" -> row > size ? 0 : row;
      case "wasNull" -> wasNull;
      case "findColumn" -> ColumnNames.find(result, String.valueOf(call.arguments()[0]));
      case "getMetaData" -> metaData();
      case "getStatement" -> statement.proxy();
      case "getType" -> ResultSet.TYPE_SCROLL_INSENSITIVE;
      case "getConcurrency" -> ResultSet.CONCUR_READ_ONLY;
      case "getHoldability" -> ResultSet.HOLD_CURSORS_OVER_COMMIT;
      case "getFetchSize" -> fetchSize;
      case "getFetchDirection" -> fetchDirection;
      case "setFetchSize" -> {
        fetchSize = number(call);
        yield null;
      }
      case "setFetchDirection" -> {
        fetchDirection = number(call);
        yield null;
      }
      case "getWarnings", "clearWarnings" -> null;
      case "rowUpdated", "rowInserted", "rowDeleted" -> false;
      case "isWrapperFor" -> false;
      case "unwrap" -> throw new SQLException("a cached result wraps none of a driver's");
      default -> throw unsupported(call.name());
    };
  }

  private static int number(Call call) {
    return call.arguments()[0] instanceof Integer number ? number : 0;
  }

  private boolean move(int to) {
    int size = result.rows().size();
    row = Math.max(0, Math.min(to, size + 1));
    return row >= 1 && row <= size;
  }

  private @Nullable Object at(int to) {
    if (!result.rows().isEmpty()) {
      row = to;
    }
    return null;
  }

  private static SQLException unsupported(String what) {
    return new SQLFeatureNotSupportedException(
        what + " is not for a cached result; leave the query out of the rules");
  }

  private ResultSetMetaData metaData() {
    return Proxies.of(
        ResultSetMetaData.class,
        (self, method, arguments) -> {
          Call call = Call.of(method, arguments);
          if (call.name().equals("getColumnCount")) {
            return result.columns();
          }
          Object own = Proxies.ofObject(self, call, "metadata of " + result.labels());
          if (own != null) {
            return own;
          }
          if (call.name().equals("isWrapperFor")) {
            return false;
          }
          int column = number(call);
          if (!result.metaData().containsKey(call.name())) {
            throw unsupported(call.name());
          }
          if (column < 1 || column > result.columns()) {
            throw new SQLException("there is no column " + column);
          }
          Object fact = result.metaData().get(call.name()).get(column - 1);
          if (fact == CachedResult.NO_ANSWER) {
            throw unsupported(call.name());
          }
          return fact == Tokens.NULL ? null : fact;
        });
  }

  private @Nullable Object read(Call call, Class<?> type) throws SQLException {
    Object which = call.arguments()[0];
    int column =
        which instanceof Integer index ? index : ColumnNames.find(result, String.valueOf(which));
    if (column < 1 || column > result.columns()) {
      throw new SQLException("there is no column " + column + " among " + result.columns());
    }
    if (row < 1 || row > result.rows().size()) {
      throw new SQLException("the result is not at a row", "24000");
    }
    Object more = call.count() > 1 ? call.arguments()[1] : null;
    if (more instanceof Calendar || (more instanceof Map<?, ?> map && !map.isEmpty())) {
      throw unsupported(call.name() + " with a " + more.getClass().getSimpleName());
    }
    Cell cell = result.rows().get(row - 1)[column - 1];
    wasNull = cell == null;
    if (cell == null) {
      return zero(type);
    }
    Object answer = value(call.name(), cell, more);
    wasNull = answer == Tokens.NULL;
    return wasNull ? zero(type) : answer;
  }

  private static @Nullable Object zero(Class<?> type) {
    if (!type.isPrimitive()) {
      return null;
    }
    if (type == boolean.class) {
      return false;
    }
    return type == byte.class
        ? (Object) (byte) 0
        : type == short.class
            ? (Object) (short) 0
            : type == int.class
                ? (Object) 0
                : type == long.class
                    ? (Object) 0L
                    : type == float.class ? (Object) 0f : (Object) 0d;
  }

  private Object value(String getter, Cell cell, @Nullable Object more) throws SQLException {
    return switch (getter) {
      case "getObject" -> more instanceof Class<?> type ? typed(cell, type) : object(cell);
      case "getString", "getNString" -> form(cell, Form.STRING);
      case "getBoolean" -> form(cell, Form.BOOLEAN);
      case "getByte" -> form(cell, Form.BYTE);
      case "getShort" -> form(cell, Form.SHORT);
      case "getInt" -> form(cell, Form.INT);
      case "getLong" -> form(cell, Form.LONG);
      case "getFloat" -> form(cell, Form.FLOAT);
      case "getDouble" -> form(cell, Form.DOUBLE);
      case "getBigDecimal" -> decimal(cell, more);
      case "getBytes" -> form(cell, Form.BYTES);
      case "getDate" -> form(cell, Form.DATE);
      case "getTime" -> form(cell, Form.TIME);
      case "getTimestamp" -> form(cell, Form.TIMESTAMP);
      case "getBinaryStream" ->
          form(cell, Form.BYTES) instanceof byte[] bytes
              ? new ByteArrayInputStream(bytes)
              : Tokens.NULL;
      case "getBlob" ->
          form(cell, Form.BYTES) instanceof byte[] bytes ? Large.of(bytes) : Tokens.NULL;
      case "getAsciiStream", "getCharacterStream", "getNCharacterStream", "getClob" ->
          text(cell) instanceof String text ? characters(getter, text) : Tokens.NULL;
      default -> throw unsupported(getter);
    };
  }

  /** Of a text; drivers make characters of bytes in different ways. */
  private static Object text(Cell cell) throws SQLException {
    if (cell.value() instanceof byte[]) {
      throw unsupported("a text of bytes");
    }
    return form(cell, Form.STRING);
  }

  private static Object characters(String getter, String text) throws SQLException {
    return switch (getter) {
      case "getAsciiStream" -> new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
      case "getClob" -> Large.of(text);
      default -> new StringReader(text);
    };
  }

  private static Object object(Cell cell) throws SQLException {
    Object value = cell.value();
    if (cell.large()) {
      return value instanceof String text ? Large.of(text) : Large.of((byte[]) value);
    }
    return copy(value);
  }

  /** Dates and bytes could be changed by their reader. */
  private static Object copy(Object value) {
    if (value instanceof Timestamp timestamp) {
      return timestamp.clone();
    }
    if (value instanceof Date date) {
      return date.clone();
    }
    if (value instanceof Time time) {
      return time.clone();
    }
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  private static Object form(Cell cell, Form form) throws SQLException {
    Object answer = cell.form(form);
    if (answer == CachedResult.NO_ANSWER) {
      throw new SQLDataException(
          "a " + cell.value().getClass().getSimpleName() + " is no " + form.type().getSimpleName());
    }
    return copy(answer);
  }

  private static Object decimal(Cell cell, @Nullable Object scale) throws SQLException {
    Object value = form(cell, Form.DECIMAL);
    return scale instanceof Integer digits && value instanceof BigDecimal decimal
        ? decimal.setScale(digits, RoundingMode.HALF_UP)
        : value;
  }

  private static Object typed(Cell cell, Class<?> type) throws SQLException {
    for (Form form : Form.values()) {
      if (form.type() == type) {
        return form(cell, form);
      }
    }
    if (type.isInstance(cell.value()) && !cell.large()) {
      return copy(cell.value());
    }
    throw unsupported("getObject as " + type.getName());
  }
}
