package io.github.cacheaside.spring.transactions;

import java.util.List;
import java.util.function.Supplier;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.util.function.SingletonSupplier;

/** The transaction managers of the application, looked up when they are first needed. */
public final class TransactionManagers {
  private final SingletonSupplier<List<PlatformTransactionManager>> all;

  public TransactionManagers(Supplier<? extends List<?>> all) {
    this.all =
        SingletonSupplier.of(
            () ->
                all.get().stream()
                    .filter(PlatformTransactionManager.class::isInstance)
                    .map(PlatformTransactionManager.class::cast)
                    .toList());
  }

  List<PlatformTransactionManager> all() {
    return all.obtain();
  }

  public boolean areSeveral() {
    return all().size() > 1;
  }
}
