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
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Session physical;
  private final Engine engine;
  private final String user;
  private final Connection proxy;
  private boolean autoCommit;
  private int isolation = UNKNOWN;
  private boolean optionsChanged;
  private boolean askedReadOnly;
  private Session.@Nullable Source source;
  private boolean wrote;
  private boolean unwrapped;
  private boolean ranText;
  private volatile boolean aborted;

  private @Nullable Set<String> pending = Set.of();

  private ConnectionHandler(Connection real, Engine engine, String user) throws SQLException {
    this.real = real;
    this.engine = engine;
    this.user = user;
    this.physical = engine.sessionOf(real);
    this.source = physical.source();
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

  Connection proxy() {
    return proxy;
  }

  /** What it stands around. */
  Connection real() {
    return real;
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
      case "setTransactionIsolation", "setReadOnly" -> option(call);
      case "setSchema",
          "setCatalog",
          "setClientInfo",
          "setTypeMap",
          "setShardingKey",
          "setShardingKeyIfValid" -> {
        engine.alter(physical);
        yield mayCommit(() -> call.on(real));
      }
      case "abort" -> {
        Object answer = call.on(real);
        aborted = true;
        yield answer;
      }
      default -> other(call);
    };
  }

  /** A pool sets it back, as it pleases. */
  private @Nullable Object option(Call call) throws Throwable {
    boolean readOnly = call.name().equals("setReadOnly");
    if (readOnly) {
      askedReadOnly = engine.readOnlyMayLag() && Boolean.TRUE.equals(call.arguments()[0]);
    }
    optionsChanged = true;
    source = askedReadOnly ? Session.Source.READ_ONLY : null; // though a driver may ignore it
    physical.source(null);
    if (readOnly) {
      return mayCommit(() -> call.on(real));
    }
    isolation = UNKNOWN; // a driver may choose another one
    mayWrite(); // MySQL: it is that of the next transaction
    return mayCommit(() -> call.on(real));
  }

  /** In some databases a change of the session commits. */
  private @Nullable Object mayCommit(Engine.Action action) throws Throwable {
    return engine.fenced(Engine.union(pending, left()), Engine.Step.COMMIT, action);
  }

  private @Nullable Object other(Call call) throws Throwable {
    if (call.name().equals("unwrap")) {
      unwrapped();
    }
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

  /** It may commit, as some drivers do. Whatever happens, the real one is closed. */
  private @Nullable Object close(Call call) throws Throwable {
    if (aborted) {
      return call.on(real);
    }
    AtomicBoolean begun = new AtomicBoolean();
    try {
      return engine.fenced(
          pending,
          Engine.Step.COMMIT,
          () -> {
            begun.set(true);
            return call.on(real);
          });
    } catch (Throwable e) {
      if (begun.get()) {
        throw e;
      }
      LOG.warn("a connection is closed with a transaction open, and rolled back", e);
      rollBackAndClose(call);
      if (e instanceof Error) {
        throw e;
      }
      return null;
    } finally {
      forget();
    }
  }

  private void rollBackAndClose(Call call) throws Throwable {
    try {
      if (!autoCommit) {
        real.rollback();
      }
    } catch (SQLException | RuntimeException e) {
      LOG.warn("a transaction could not be rolled back before its connection was closed", e);
      abort(); // else its end might commit
    } finally {
      call.on(real);
    }
  }

  private void abort() {
    try {
      real.abort(Runnable::run);
    } catch (SQLException | RuntimeException | AbstractMethodError e) {
      LOG.debug("a connection could not be aborted", e);
    }
  }

  /**
   * What other loans of this connection have left open. Where connections can't be told apart it
   * never ends; there it is asked for only by code that ends transactions by texts.
   */
  private @Nullable Set<String> left() {
    return physical.isOfAll() && !ranText ? Set.of() : physical.left();
  }

  /** A transaction that a text has begun may be open yet. */
  private void forget() {
    physical.leave(pending);
    over();
  }

  private @Nullable Object ended(Call call, boolean mayCommit) throws Throwable {
    return ended(mayCommit, () -> call.on(real));
  }

  private @Nullable Object ended(boolean mayCommit, Engine.Action action) throws Throwable {
    Set<String> all = Engine.union(pending, left());
    Object answer = mayCommit ? engine.fenced(all, Engine.Step.COMMIT, action) : action.run();
    over();
    physical.ended();
    return answer;
  }

  private void over() {
    pending = Set.of();
    wrote = false;
  }

  /** Runs something that a statement was asked for, with what it does to others. */
  @Nullable Object run(Seen seen, Engine.Action action) throws Throwable {
    if (seen.session()) {
      isolation = UNKNOWN;
      mayWrite(); // SET @x = f()
      engine.alter(physical);
      if (seen.kind() != Seen.Kind.READ && seen.kind() != Seen.Kind.CALL) {
        ranText = true;
        engine.byText(physical);
      }
    }
    return switch (seen.kind()) {
      case READ -> seen.session() ? mayCommit(action) : action.run();
      case CALL -> {
        mayWrite();
        yield seen.session() ? mayCommit(action) : action.run();
      }
      case WRITE -> write(seen.tables(), action);
      case COMMITTING -> writeAndCommit(seen.tables(), action);
      case COMMIT -> ended(/* mayCommit= */ true, action);
      case ROLLBACK -> ended(/* mayCommit= */ false, action);
    };
  }

  /** What no text tells; in autocommit mode it is committed at once. */
  private void mayWrite() {
    if (isInTransaction()) {
      physical.mayWrite();
    }
  }

  private @Nullable Object write(@Nullable Set<String> tables, Engine.Action action)
      throws Throwable {
    boolean unsure = physical.isByText(); // whether a transaction is open
    if (!autoCommit || unsure) {
      wrote = true;
      physical.mayWrite();
      pending = Engine.union(pending, tables);
    }
    boolean later = !autoCommit && !unsure && tables != null;
    return later ? action.run() : engine.fenced(tables, Engine.Step.STATEMENT, action);
  }

  /** What was written before may be committed with it. */
  private @Nullable Object writeAndCommit(@Nullable Set<String> tables, Engine.Action action)
      throws Throwable {
    if (!autoCommit || physical.isByText()) {
      wrote = true;
      physical.mayWrite();
      pending = Engine.union(pending, tables);
    }
    Set<String> all = Engine.union(Engine.union(pending, left()), tables);
    return engine.fenced(all, Engine.Step.STATEMENT, action);
  }

  /**
   * Whether a query may be answered from the cache, and fill it. At READ COMMITTED it may within a
   * transaction, too: it reads what is committed when it begins, and that is after its lease.
   */
  Mode mode(Seen seen, Seen.Caching caching) throws SQLException {
    if (physical.isAltered()) {
      return bypass(Bypass.SESSION);
    }
    if (wrote) {
      return bypass(Bypass.WROTE);
    }
    boolean mayFill = !unwrapped && (source == null || source == Session.Source.COMMITTED);
    if (isInTransaction()) {
      if (!caching.inSnapshots() && !readsLatest()) {
        return bypass(Bypass.SNAPSHOT);
      }
      mayFill &= !caching.inSnapshots() && !isUnsure() && seen.kind() == Seen.Kind.READ;
    }
    return mayFill ? Mode.FILL : Mode.LOOK;
  }

  private boolean isInTransaction() {
    return !autoCommit || physical.isByText();
  }

  /** Whether the transaction may have written what this handler did not see. */
  private boolean isUnsure() {
    return unwrapped || physical.mayHaveWritten();
  }

  /** The driver's own object is about to be given away. */
  void unwrapped() {
    unwrapped = true;
    physical.mayWrite();
  }

  /** Whether what it reads may be cached, by where it reads; asks the driver if need be. */
  boolean mayFill() {
    if (source == null) {
      source = askSource();
      if (!optionsChanged) {
        physical.source(source);
      }
    }
    return source == Session.Source.COMMITTED;
  }

  /** What can't be asked is taken for uncommitted: the query may work all the same. */
  private Session.Source askSource() {
    try {
      boolean committed = isolation() >= Connection.TRANSACTION_READ_COMMITTED;
      return !committed
          ? Session.Source.UNCOMMITTED
          : engine.readOnlyMayLag() && real.isReadOnly()
              ? Session.Source.READ_ONLY
              : Session.Source.COMMITTED;
    } catch (SQLException | RuntimeException e) {
      LOG.debug("a driver does not tell its isolation level", e);
      return Session.Source.UNCOMMITTED;
    }
  }

  /** Counts that a query was not answered, and why its result is not cached. */
  void countUnfilled() {
    if (source == Session.Source.READ_ONLY) {
      engine.bypasses().count(Bypass.READ_ONLY);
    } else if (source == Session.Source.UNCOMMITTED) {
      engine.bypasses().count(Bypass.UNCOMMITTED);
    } else if (isInTransaction() && isUnsure()) {
      engine.bypasses().count(Bypass.WROTE);
    }
  }

  private Mode bypass(Bypass why) {
    engine.bypasses().count(why);
    return Mode.NONE;
  }

  private boolean readsLatest() throws SQLException {
    if (physical.isByText()) {
      return false;
    }
    int level = isolation();
    return level == Connection.TRANSACTION_READ_COMMITTED
        || level == Connection.TRANSACTION_READ_UNCOMMITTED;
  }

  private int isolation() throws SQLException {
    if (isolation == UNKNOWN) {
      isolation = real.getTransactionIsolation();
    }
    return isolation;
  }
}
