package io.github.cacheaside.mybatis;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Whether a session's transaction is Spring's, which commits after MyBatis believes it has. */
final class SpringTransactions {
  private static final boolean PRESENT = isPresent();

  private SpringTransactions() {}

  private static boolean isPresent() {
    try {
      Class.forName(
          "org.springframework.transaction.support.TransactionSynchronizationManager",
          false,
          SpringTransactions.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** Whether it ends with Spring's transaction; then {@link Session#end} is called there. */
  static boolean endsLater(Session session) {
    return PRESENT && Registration.endsLater(session);
  }

  /** In a class of its own, which is loaded only where Spring is. */
  private static final class Registration {
    static boolean endsLater(Session session) {
      if (!TransactionSynchronizationManager.isActualTransactionActive()
          || !TransactionSynchronizationManager.isSynchronizationActive()
          || !session.isOfSpring()) {
        return false;
      }
      if (session.registers()) {
        TransactionSynchronizationManager.registerSynchronization(
            new TransactionSynchronization() {
              @Override
              public void afterCompletion(int status) {
                if (status == STATUS_UNKNOWN) {
                  session.endUnknown();
                } else if (status == STATUS_COMMITTED) {
                  session.committed();
                } else {
                  session.end();
                }
              }
            });
      }
      return true;
    }
  }
}
