package io.github.cacheaside.spring;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Is told by a transaction manager that it is about to commit, after all that is flushed before the
 * commit: a first eviction that was made then is fenced too, and so is one that the commit itself
 * makes, as entity listeners of JPA do. A fence that can't be placed rolls the transaction back.
 */
final class CommitListener implements TransactionExecutionListener {
  private final Supplier<@Nullable Surroundings> surroundings;

  private CommitListener(Supplier<@Nullable Surroundings> surroundings) {
    this.surroundings = surroundings;
  }

  /** Listens to a bean, if it is a transaction manager that tells. */
  static void listen(Object bean, Supplier<@Nullable Surroundings> surroundings) {
    if (bean instanceof ConfigurableTransactionManager manager
        && manager.getTransactionExecutionListeners().stream()
            .noneMatch(CommitListener.class::isInstance)) {
      manager.addListener(new CommitListener(surroundings));
    }
  }

  @Override
  public void beforeCommit(TransactionExecution transaction) {
    Surroundings known = surroundings.get();
    if (known != null && !transaction.isNested()) {
      known.transaction().committing();
    }
  }
}
