package io.github.cacheaside.spring.transactions;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/**
 * A transaction of an unknown manager, suspended, and a scope without one in its place: what every
 * transaction manager does by itself. For caches without an application context.
 */
final class SuspendedSynchronization implements TransactionIsolation.Scope {
  private final List<TransactionSynchronization> synchronizations =
      TransactionSynchronizationManager.getSynchronizations();
  private final @Nullable String name =
      TransactionSynchronizationManager.getCurrentTransactionName();
  private final boolean readOnly = TransactionSynchronizationManager.isCurrentTransactionReadOnly();
  private final @Nullable Integer isolation =
      TransactionSynchronizationManager.getCurrentTransactionIsolationLevel();
  private final boolean active = TransactionSynchronizationManager.isActualTransactionActive();

  SuspendedSynchronization() {
    for (TransactionSynchronization each : synchronizations) {
      each.suspend();
    }
    TransactionSynchronizationManager.clear();
    TransactionSynchronizationManager.initSynchronization();
  }

  @Override
  public void end() {
    TransactionSynchronizationUtils.triggerBeforeCompletion();
    TransactionSynchronizationUtils.triggerAfterCompletion(
        TransactionSynchronization.STATUS_UNKNOWN);
    TransactionSynchronizationManager.clear();
    TransactionSynchronizationManager.initSynchronization();
    TransactionSynchronizationManager.setActualTransactionActive(active);
    TransactionSynchronizationManager.setCurrentTransactionIsolationLevel(isolation);
    TransactionSynchronizationManager.setCurrentTransactionReadOnly(readOnly);
    TransactionSynchronizationManager.setCurrentTransactionName(name);
    for (TransactionSynchronization each : synchronizations) {
      each.resume();
      TransactionSynchronizationManager.registerSynchronization(each);
    }
  }
}
