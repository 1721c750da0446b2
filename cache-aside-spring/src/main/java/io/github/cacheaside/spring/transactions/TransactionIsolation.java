package io.github.cacheaside.spring.transactions;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Suspends the transaction of the thread, and unbinds what is left: the session of a view, for one,
 * which is bound without a transaction. The load runs in a scope of its own without a transaction,
 * in which a session that it opens lives until it is done.
 */
public final class TransactionIsolation implements Isolation {
  private static final TransactionDefinition NOT_SUPPORTED =
      new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);

  private final TransactionManagers managers;

  public TransactionIsolation(TransactionManagers managers) {
    this.managers = managers;
  }

  @Override
  public <T extends @Nullable Object> T call(Callable<T> load) throws Exception {
    if (!TransactionSynchronizationManager.isSynchronizationActive()
        && TransactionSynchronizationManager.getResourceMap().isEmpty()) {
      return load.call();
    }
    Deque<Scope> scopes = new ArrayDeque<>();
    Map<Object, Object> unbound = new HashMap<>();
    try {
      for (PlatformTransactionManager manager : managers.all()) {
        TransactionStatus status = manager.getTransaction(NOT_SUPPORTED);
        scopes.push(() -> manager.commit(status));
      }
      if (scopes.isEmpty() && TransactionSynchronizationManager.isSynchronizationActive()) {
        scopes.push(new SuspendedSynchronization());
      }
      unbindAll(unbound);
      return load.call();
    } finally {
      restore(scopes, unbound);
    }
  }

  /** What was suspended; it is resumed by the end. */
  interface Scope {
    void end();
  }

  private static void unbindAll(Map<Object, Object> unbound) {
    for (Object key : Map.copyOf(TransactionSynchronizationManager.getResourceMap()).keySet()) {
      Object resource = TransactionSynchronizationManager.unbindResourceIfPossible(key);
      if (resource != null) {
        unbound.put(key, resource);
      }
    }
  }

  /** What was unbound first comes back last: the scopes end as they have begun. */
  private static void restore(Deque<Scope> scopes, Map<Object, Object> unbound) {
    RuntimeException first = null;
    while (!scopes.isEmpty()) {
      try {
        scopes.pop().end();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    unbound.forEach(
        (key, resource) -> {
          TransactionSynchronizationManager.unbindResourceIfPossible(key); // left by the load
          TransactionSynchronizationManager.bindResource(key, resource);
        });
    if (first != null) {
      throw first;
    }
  }
}
