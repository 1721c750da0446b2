package io.github.cacheaside.benchmarks.subjects.annotated;

import io.github.cacheaside.benchmarks.subjects.Writes;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

/**
 * Spring's transactions over the database of an experiment, which writes and commits in one step:
 * the commit of a transaction does both, and stalls after it as other writes do.
 */
final class WriteAtCommit extends AbstractPlatformTransactionManager {
  private static final long serialVersionUID = 1;

  private static final ThreadLocal<@Nullable Change> CURRENT = new ThreadLocal<>();
  private static final ThreadLocal<Long> LAST = ThreadLocal.withInitial(() -> 0L);

  private final transient Writes writes;

  WriteAtCommit(Writes writes) {
    this.writes = writes;
  }

  /** The row that a transaction changes. */
  private static final class Change {
    long key = -1;
  }

  void raise(long key) {
    Change change = CURRENT.get();
    if (change == null) {
      throw new IllegalStateException("no transaction is active");
    }
    change.key = key;
  }

  /** The version that this thread has committed last. */
  static long lastVersion() {
    return LAST.get();
  }

  @Override
  protected Object doGetTransaction() {
    return new Change();
  }

  @Override
  protected void doBegin(Object transaction, TransactionDefinition definition) {
    CURRENT.set((Change) transaction);
  }

  @Override
  protected void doCommit(DefaultTransactionStatus status) {
    try {
      LAST.set(writes.commit(((Change) status.getTransaction()).key));
    } catch (SQLException e) {
      throw new TransactionSystemException("the commit failed", e);
    }
  }

  @Override
  protected void doRollback(DefaultTransactionStatus status) {}

  @Override
  protected void doCleanupAfterCompletion(Object transaction) {
    CURRENT.remove();
  }
}
