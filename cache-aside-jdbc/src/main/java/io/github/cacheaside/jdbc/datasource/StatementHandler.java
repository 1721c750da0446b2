package io.github.cacheaside.jdbc.datasource;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.Look;
import io.github.cacheaside.Ticket;
import io.github.cacheaside.jdbc.datasource.CachingDataSource.Bypass;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One statement as code holds it. A prepared one that matches a rule is prepared when it first has
 * to be; until then its setters are remembered.
 */
final class StatementHandler implements InvocationHandler {
  private static final Set<String> CONFIGURES =
      Set.of("setFetchSize", "setFetchDirection", "setQueryTimeout", "setPoolable");

  private final ConnectionHandler connection;
  private final Class<? extends Statement> type;
  private final Seen prepared;
  private final Call creation;
  private final Connection creator;
  private final Statement proxy;
  private final SortedMap<Integer, Call> parameters = new TreeMap<>();
  private final List<Call> later = new ArrayList<>();
  private volatile @Nullable Statement real; // another thread may cancel it
  private volatile boolean closed;
  private boolean closesWithResult;
  private boolean driverCloses;
  private boolean executed;
  private boolean special;
  private long maxRows;
  private @Nullable Seen batch;
  private @Nullable Cursor cursor;
  private boolean cachedResult;

  StatementHandler(
      ConnectionHandler connection,
      Class<? extends Statement> type,
      Seen prepared,
      Call creation,
      Connection creator) {
    this.connection = connection;
    this.type = type;
    this.prepared = prepared;
    this.creation = creation;
    this.creator = creator;
    this.proxy = Proxies.of(type, this);
    this.special = isUpdatable();
  }

  private boolean isUpdatable() {
    int index = type == Statement.class ? 1 : 2;
    return creation.count() > index
        && creation.arguments()[index] instanceof Integer concurrency
        && concurrency == ResultSet.CONCUR_UPDATABLE;
  }

  Statement open(@Nullable Object statement) throws SQLException {
    if (!(statement instanceof Statement opened)) {
      throw new SQLException("the driver has made no statement");
    }
    this.real = opened;
    return proxy;
  }

  Statement later() {
    return proxy;
  }

  Statement proxy() {
    return proxy;
  }

  private Statement real() throws Throwable {
    if (closed && real == null) {
      throw new SQLException("the statement is closed");
    }
    Statement made = real;
    return made == null ? made() : made;
  }

  private Statement made() throws Throwable {
    open(creation.on(creator));
    Statement made = requireNonNull(real);
    for (Call call : later) {
      call.on(made);
    }
    for (Call call : parameters.values()) {
      call.on(made);
    }
    later.clear();
    return made;
  }

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Call call = Call.of(method, arguments);
    String name = call.name();
    if (name.startsWith("execute")) {
      return execute(call);
    }
    if (name.startsWith("set") && call.count() >= 1) {
      return set(call);
    }
    return switch (name) {
      case "getConnection" -> connection.proxy();
      case "addBatch" -> addBatch(call);
      case "clearBatch" -> {
        batch = null;
        yield call.on(real());
      }
      case "clearParameters" -> {
        parameters.clear();
        yield onReal(call);
      }
      case "close" -> close(call);
      case "isClosed" -> real == null ? (Object) closed : onReal(call);
      case "cancel" -> onReal(call);
      case "closeOnCompletion" -> {
        closesWithResult = true;
        if (closed || (executed && !cachedResult)) {
          driverCloses();
        }
        yield null;
      }
      case "isCloseOnCompletion" -> closed ? call.on(real()) : (Object) closesWithResult;
      case "getResultSet" -> cachedResult ? cachedResultSet() : updatable(call.on(real()));
      default -> other(call);
    };
  }

  /** Unless there is none yet. */
  private @Nullable Object onReal(Call call) throws Throwable {
    Statement made = real;
    return made == null ? null : call.on(made);
  }

  private @Nullable ResultSet cachedResultSet() {
    return cursor == null ? null : cursor.proxy();
  }

  private @Nullable Object other(Call call) throws Throwable {
    if (cachedResult) {
      switch (call.name()) {
        case "getUpdateCount" -> {
          return -1;
        }
        case "getLargeUpdateCount" -> {
          return -1L;
        }
        case "getMoreResults" -> {
          forgetResult();
          cachedResult = true; // there is none, and the driver has another one's
          return false;
        }
        case "getWarnings" -> {
          return null;
        }
        default -> {}
      }
    }
    if (call.name().equals("unwrap")) {
      connection.unwrapped();
    }
    Object own = Proxies.ofObject(proxy, call, "caching " + type.getSimpleName());
    if (own == null) {
      own = Proxies.ofWrapper(call, real());
    }
    return own == null ? call.on(real()) : own;
  }

  private @Nullable Object close(Call call) throws Throwable {
    closed = true;
    forgetResult();
    batch = null;
    return onReal(call);
  }

  /** A parameter, or an option of the statement. */
  private @Nullable Object set(Call call) throws Throwable {
    boolean parameter = call.count() >= 2;
    if (parameter && call.arguments()[0] instanceof Integer index) {
      Object value = call.arguments()[1];
      if (prepared.caching() != null) {
        parameters.put(index, copied(call, copy(value)));
      }
    } else if (call.name().equals("setMaxRows") || call.name().equals("setLargeMaxRows")) {
      maxRows = ((Number) requireNonNull(call.arguments()[0])).longValue();
      remember(call);
    } else if (CONFIGURES.contains(call.name()) && !isStreaming(call)) {
      remember(call);
    } else {
      special = true;
      remember(call);
    }
    return onReal(call);
  }

  /** MySQL's driver takes a negative size for a wish to read row by row, and not to keep them. */
  private static boolean isStreaming(Call call) {
    return call.name().equals("setFetchSize")
        && call.arguments()[0] instanceof Integer size
        && size < 0;
  }

  private void remember(Call call) {
    if (real == null) {
      later.add(call);
    }
  }

  /** Of what its owner could change before the statement is executed. */
  private static @Nullable Object copy(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return bytes.clone();
    }
    if (value instanceof Timestamp timestamp) {
      return timestamp.clone();
    }
    if (value instanceof Date date) {
      return date.clone();
    }
    return value instanceof Time time ? time.clone() : value;
  }

  private static Call copied(Call call, @Nullable Object value) {
    @Nullable Object[] arguments = call.arguments().clone();
    arguments[1] = value;
    return new Call(call.method(), arguments);
  }

  private @Nullable Object addBatch(Call call) throws Throwable {
    String sql = call.text();
    Seen seen = sql == null ? prepared : connection.engine().rules().see(sql);
    batch = batch == null ? Seen.HARMLESS.then(seen) : batch.then(seen);
    return call.on(real());
  }

  private void forgetResult() throws SQLException {
    if (cursor != null) {
      cursor.closeByStatement();
    }
    cursor = null;
    cachedResult = false;
  }

  private @Nullable Object execute(Call call) throws Throwable {
    forgetResult();
    if (call.name().endsWith("Batch")) {
      Seen all = batch == null ? Seen.HARMLESS : batch;
      batch = null;
      return connection.run(all, () -> call.on(real()));
    }
    String sql = call.text();
    Seen seen = sql == null ? prepared : connection.engine().rules().see(sql);
    Seen.Caching caching = seen.caching();
    if (caching != null) {
      ResultSet cached = cached(call, sql, seen, caching);
      if (cached != null) {
        return call.name().equals("execute") ? (Object) true : cached;
      }
    }
    if (closesWithResult) {
      driverCloses();
    }
    executed = true;
    return updatable(connection.run(seen, () -> call.on(real())));
  }

  /** From the first result of the driver's on it is the driver's to close the statement. */
  private void driverCloses() throws Throwable {
    if (!driverCloses) {
      driverCloses = true;
      special = true;
      real().closeOnCompletion();
    }
  }

  /** What is updated by way of a result is a write, too. */
  private @Nullable Object updatable(@Nullable Object answer) {
    if (!(answer instanceof ResultSet result) || !isUpdatable()) {
      return answer;
    }
    return Proxies.of(
        ResultSet.class,
        (self, method, arguments) -> {
          Call call = Call.of(method, arguments);
          return switch (call.name()) {
            case "insertRow", "updateRow", "deleteRow" ->
                connection.run(Seen.SOMEWHERE, () -> call.on(result));
            case "getStatement" -> proxy;
            default -> call.on(result);
          };
        });
  }

  /** The result as it is cached, or has just become; null if the database has to be asked. */
  private @Nullable ResultSet cached(
      Call call, @Nullable String sql, Seen seen, Seen.Caching caching) throws Throwable {
    String name = call.name();
    boolean plain = call.count() == (sql == null ? 0 : 1);
    if (!plain || special || !(name.equals("execute") || name.equals("executeQuery"))) {
      return passed(Bypass.STATEMENT);
    }
    ConnectionHandler.Mode mode = connection.mode(seen, caching);
    if (mode == ConnectionHandler.Mode.NONE) {
      return null;
    }
    String text = sql == null ? creation.text() : sql;
    if (closed || text == null) {
      return null; // the driver's to complain
    }
    QueryKey key =
        QueryKey.of(
            text,
            sql == null ? parameters : new TreeMap<>(),
            connection.session(),
            maxRows,
            caching);
    if (key == null) {
      return passed(Bypass.PARAMETER);
    }
    ResultSet found =
        mode == ConnectionHandler.Mode.LOOK ? looked(key) : loaded(key, call, text, caching);
    if (found == null) {
      connection.countUnfilled();
    }
    return found;
  }

  private @Nullable ResultSet passed(Bypass why) {
    connection.engine().bypasses().count(why);
    return null;
  }

  private @Nullable ResultSet looked(QueryKey key) {
    try {
      return connection.engine().cache().look(key) instanceof Look.Hit<CachedResult> hit
          ? answer(hit.value())
          : null;
    } catch (CacheException e) {
      return null; // interrupted; the database is asked
    }
  }

  private @Nullable ResultSet loaded(QueryKey key, Call call, String sql, Seen.Caching caching)
      throws Throwable {
    if (connection.engine().isUncacheable(sql)) {
      return passed(Bypass.RESULT);
    }
    Ticket<CachedResult> taken;
    try {
      taken = connection.engine().cache().ticket(key);
    } catch (CacheException e) {
      return null; // interrupted; the database is asked
    }
    try (Ticket<CachedResult> ticket = taken) {
      if (ticket.found() instanceof Look.Hit<CachedResult> hit) {
        return answer(hit.value());
      }
      return ticket.mayFill() && connection.mayFill() ? load(ticket, call, sql, caching) : null;
    }
  }

  private @Nullable ResultSet load(
      Ticket<CachedResult> ticket, Call call, String sql, Seen.Caching caching) throws Throwable {
    Statement statement = real();
    ResultSet result;
    if (call.name().equals("executeQuery")) {
      result = (ResultSet) call.on(statement);
    } else {
      result = Boolean.TRUE.equals(call.on(statement)) ? statement.getResultSet() : null;
    }
    if (result == null) {
      throw new SQLException("a query has answered no result");
    }
    try (result) {
      Engine engine = connection.engine();
      String text = connection.session() + " " + sql; // sessions may have tables of the same name
      CachedResult captured =
          ResultCapture.of(result, text, engine.columns(), engine.limits(), caching.ttl());
      ticket.fillAsync(captured);
      return answer(captured);
    } catch (ResultCapture.UncacheableException e) {
      connection.engine().uncacheable(sql, e);
      return null; // it is executed once more, for its caller; once in a while
    }
  }

  private ResultSet answer(CachedResult result) {
    closeDriversResult();
    Cursor opened = new Cursor(result, this);
    cursor = opened;
    cachedResult = true;
    return opened.proxy();
  }

  /** As the next execution does. */
  private void closeDriversResult() {
    Statement made = real;
    if (executed && made != null) {
      executed = false;
      try {
        made.getMoreResults(Statement.CLOSE_CURRENT_RESULT);
      } catch (SQLException | RuntimeException e) {
        // it is closed with the statement
      }
    }
  }

  /** The result was closed by its reader. */
  void resultClosed() throws SQLException {
    if (closesWithResult) {
      closed = true;
      Statement made = real;
      if (made != null) {
        made.close();
      }
    }
  }
}
