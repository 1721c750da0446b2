package io.github.cacheaside.spring;

import io.github.cacheaside.spring.transactions.CurrentTransaction;
import io.github.cacheaside.spring.transactions.Participant;
import io.github.cacheaside.spring.transactions.TransactionChanges;
import io.github.cacheaside.spring.transactions.TransactionManagers;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The transaction that Spring has bound to the calling thread. */
final class SynchronizedTransaction implements CurrentTransaction {
  private final TransactionMode mode;
  private final TransactionManagers managers;

  SynchronizedTransaction(TransactionMode mode, TransactionManagers managers) {
    this.mode = mode;
    this.managers = managers;
  }

  @Override
  public boolean isActive() {
    return TransactionSynchronizationManager.isActualTransactionActive()
        && TransactionSynchronizationManager.isSynchronizationActive();
  }

  /** Changes that are fenced from the start are bound under the same key in every mode. */
  private static @Nullable TransactionChanges bound() {
    return TransactionSynchronizationManager.getResource(TransactionChanges.class)
            instanceof TransactionChanges changes
        ? changes
        : null;
  }

  private TransactionChanges boundOrNew() {
    TransactionChanges changes = bound();
    if (changes == null) {
      changes = new TransactionChanges(mode == TransactionMode.FENCED);
      TransactionSynchronizationManager.bindResource(TransactionChanges.class, changes);
      TransactionSynchronizationManager.registerSynchronization(changes);
    }
    return changes;
  }

  @Override
  public boolean hasChanged(Participant<?> cache, Object key) {
    TransactionChanges changes = isActive() ? bound() : null;
    return changes != null && changes.include(cache, key);
  }

  /**
   * Among several transaction managers that of the changed rows may commit before the one whose
   * completion is told; so the fence is placed at once.
   */
  private void changed(Participant<?> cache, TransactionChanges changes) {
    if (managers.areSeveral() && mode == TransactionMode.FENCED) {
      changes.fenceNow(cache);
    } else {
      changes.fenceIfCommitting(cache);
    }
  }

  @Override
  public <K> void change(Participant<K> cache, Collection<? extends K> keys) {
    TransactionChanges changes = boundOrNew();
    changes.add(cache, keys);
    changed(cache, changes);
  }

  @Override
  public <K> void changeNow(Participant<K> cache, Collection<? extends K> keys) {
    TransactionChanges changes = boundOrNew();
    changes.add(cache, keys);
    changes.fenceNow(cache);
  }

  @Override
  public void changeTag(Participant<?> cache, String tag) {
    TransactionChanges changes = boundOrNew();
    changes.addTag(cache, tag);
    changed(cache, changes);
  }

  @Override
  public void changeAll(Participant<?> cache) {
    TransactionChanges changes = boundOrNew();
    changes.addAll(cache);
    changed(cache, changes);
  }

  @Override
  public void changeAllNow(Participant<?> cache) {
    TransactionChanges changes = boundOrNew();
    changes.addAll(cache);
    changes.fenceNow(cache);
  }

  @Override
  public void committing() {
    if (mode == TransactionMode.FENCED && isActive()) {
      boundOrNew().beforeCommit(TransactionSynchronizationManager.isCurrentTransactionReadOnly());
    }
  }
}
