package io.github.cacheaside.jdbc.datasource;

import io.github.cacheaside.jdbc.datasource.CachingDataSource.Bypass;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection as code holds it: knows what its transaction has written. Used by one thread at a
 * time, as connections are.
 */
final class ConnectionHandler implements InvocationHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CachingDataSource.class);
  private static final int UNKNOWN = -1;

  /** How a query that matches a rule may use the cache. */
  enum Mode {
    NONE,
    LOOK,
    FILL
  }

  private final Connection real;
  private final Connection physical;
  private final Engine engine;
  private final String user;
  private final Connection proxy;
  private boolean autoCommit;
  private int isolation = UNKNOWN;
  private boolean wrote;

  /** Whether a text has begun or ended a transaction: JDBC's own flag says no more then. */
  private boolean byText;

  private @Nullable Set<String> pending = Set.of();

  private ConnectionHandler(Connection real, Engine engine, String user) throws SQLException {
    this.real = real;
    this.engine = engine;
    this.user = user;
    this.physical = physicalOf(real);
    this.autoCommit = real.getAutoCommit();
    this.proxy = Proxies.of(Connection.class, this);
  }

  static Connection wrap(Connection real, Engine engine, String user) throws SQLException {
    try {
      return new ConnectionHandler(real, engine, user).proxy;
    } catch (SQLException | RuntimeException | Error e) {
      try (real) {
        throw e;
      }
    }
  }

  private static Connection physicalOf(Connection real) {
    try {
      return real.unwrap(Connection.class);
    } catch (SQLException | RuntimeException e) {
      return real;
    }
  }

  Connection proxy() {
    return proxy;
  }

  Engine engine() {
    return engine;
  }

  /** What is in the key besides the query. */
  String session() {
    return user + "@" + engine.session();
  }

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    Call call = Call.of(method, arguments);
    return switch (call.name()) {
      case "createStatement" -> created(call);
      case "prepareStatement" -> prepared(call);
      case "prepareCall" ->
          new StatementHandler(this, CallableStatement.class, Seen.ANYTHING, call, real)
              .open(call.on(real));
      case "commit", "rollback", "close", "setAutoCommit" -> ending(call);
      case "setTransactionIsolation" -> {
        Object answer = call.on(real);
        isolation = (Integer) call.arguments()[0];
        yield answer;
      }
      case "setSchema", "setCatalog", "setClientInfo", "setTypeMap" -> {
        engine.alter(physical);
        yield call.on(real);
      }
      default -> other(call);
    };
  }

  private @Nullable Object other(Call call) throws Throwable {
    Object own = Proxies.ofObject(proxy, call, "caching " + real);
    if (own == null) {
      own = Proxies.ofWrapper(call, real);
    }
    return own == null ? call.on(real) : own;
  }

  private Object created(Call call) throws Throwable {
    StatementHandler handler =
        new StatementHandler(this, Statement.class, Seen.HARMLESS, call, real);
    return handler.open(call.on(real));
  }

  private @Nullable Object prepared(Call call) throws Throwable {
    String sql = call.text();
    if (sql == null) {
      return other(call); // the driver's to complain
    }
    Seen seen = engine.rules().see(sql);
    StatementHandler handler =
        new StatementHandler(this, PreparedStatement.class, seen, call, real);
    boolean plain = call.count() == 1 || isPlain(call);
    return seen.caching() != null && plain ? handler.later() : handler.open(call.on(real));
  }

  /** Whether a statement was asked for by type and concurrency, and will not update its result. */
  private static boolean isPlain(Call call) {
    return call.count() >= 3
        && call.arguments()[2] instanceof Integer concurrency
        && concurrency == ResultSet.CONCUR_READ_ONLY;
  }

  private @Nullable Object ending(Call call) throws Throwable {
    return switch (call.name()) {
      case "commit" -> ended(call, true);
      case "rollback" ->
          call.count() == 1 && call.arguments()[0] instanceof Savepoint
              ? call.on(real)
              : ended(call, false);
      case "setAutoCommit" -> {
        boolean on = Boolean.TRUE.equals(call.arguments()[0]);
        Object answer = on && !autoCommit ? ended(call, true) : call.on(real);
        autoCommit = on;
        yield answer;
      }
      default -> close(call);
    };
  }

  /** It may commit, as some drivers do. */
  private @Nullable Object close(Call call) throws Throwable {
    try {
      return ended(call, true);
    } catch (Engine.NoFenceException e) {
      LOG.warn("a connection is closed with a transaction open, and rolled back", e);
      if (!autoCommit) {
        real.rollback();
      }
      return ended(call, false);
    }
  }

  private @Nullable Object ended(Call call, boolean mayCommit) throws Throwable {
    Object answer = mayCommit ? engine.fenced(pending, () -> call.on(real)) : call.on(real);
    forget();
    return answer;
  }

  private void forget() {
    pending = Set.of();
    wrote = false;
  }

  /** Runs something that a statement was asked for, with what it does to others. */
  @Nullable Object run(Seen seen, Engine.Action action) throws Throwable {
    if (seen.session()) {
      engine.alter(physical);
    }
    return switch (seen.kind()) {
      case READ -> action.run();
      case WRITE -> write(seen.tables(), action);
      case COMMIT -> {
        Object answer = engine.fenced(pending, action);
        forget();
        byText = true;
        yield answer;
      }
      case ROLLBACK -> {
        Object answer = action.run();
        forget();
        byText = true;
        yield answer;
      }
    };
  }

  private @Nullable Object write(@Nullable Set<String> tables, Engine.Action action)
      throws Throwable {
    boolean unsure = byText || engine.isAltered(physical); // whether a transaction is open
    if (!autoCommit || unsure) {
      wrote = true;
      pending = Engine.union(pending, tables);
    }
    // A change of the schema commits by itself in some databases.
    boolean later = !autoCommit && !unsure && tables != null;
    return later ? action.run() : engine.fenced(tables, action);
  }

  /** Whether a query may be answered from the cache, and fill it. */
  Mode mode(Seen.Caching caching) throws SQLException {
    if (engine.isAltered(physical) && !engine.namesSessions()) {
      return bypass(Bypass.SESSION);
    }
    if (wrote) {
      return bypass(Bypass.WROTE);
    }
    if (autoCommit && !byText) {
      return Mode.FILL;
    }
    if (caching.inSnapshots() || readsLatest()) {
      return Mode.LOOK;
    }
    return bypass(Bypass.SNAPSHOT);
  }

  private Mode bypass(Bypass why) {
    engine.bypasses().count(why);
    return Mode.NONE;
  }

  private boolean readsLatest() throws SQLException {
    if (byText) {
      return false;
    }
    if (isolation == UNKNOWN) {
      isolation = real.getTransactionIsolation();
    }
    return isolation == Connection.TRANSACTION_READ_COMMITTED
        || isolation == Connection.TRANSACTION_READ_UNCOMMITTED;
  }
}
