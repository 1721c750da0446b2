package io.github.cacheaside.spring;

import io.github.cacheaside.spring.transactions.CurrentTransaction;
import io.github.cacheaside.spring.transactions.Isolation;
import io.github.cacheaside.spring.transactions.ObservedLoad;
import io.github.cacheaside.spring.transactions.TransactionIsolation;
import io.github.cacheaside.spring.transactions.TransactionManagers;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/** What there is beside the caches: transactions, or none. Thread-safe. */
final class Surroundings {
  private static final boolean WITH_TRANSACTIONS =
      ClassUtils.isPresent(
          "org.springframework.transaction.support.TransactionSynchronizationManager",
          Surroundings.class.getClassLoader());

  private final TransactionMode mode;
  private final Supplier<ObservationRegistry> observations;
  private volatile CurrentTransaction transaction;
  private volatile Isolation isolation;

  Surroundings(TransactionMode mode, Supplier<? extends ObservationRegistry> observations) {
    this.mode = mode;
    this.observations = SingletonSupplier.of(observations::get);
    this.transaction = CurrentTransaction.NONE;
    this.isolation = Isolation.NONE;
    if (WITH_TRANSACTIONS && mode != TransactionMode.IGNORED) {
      Transactional.of(this, List::of);
    }
  }

  /** Is told how to find the transaction managers, when there is an application context. */
  void managers(Supplier<? extends List<?>> managers) {
    if (WITH_TRANSACTIONS && mode != TransactionMode.IGNORED) {
      Transactional.of(this, managers);
    }
  }

  TransactionMode mode() {
    return mode;
  }

  CurrentTransaction transaction() {
    return transaction;
  }

  Isolation isolation() {
    return isolation;
  }

  /** For the loads of a cache. */
  Isolation ofLoads(String cache) {
    ObservationRegistry registry = observations.get();
    return registry.isNoop() ? isolation : new ObservedLoad(registry, cache, isolation);
  }

  /** Its own class, so that none of {@code spring-tx} is loaded where it is not there. */
  private static final class Transactional {
    static void of(Surroundings of, Supplier<? extends List<?>> managers) {
      TransactionManagers all = new TransactionManagers(managers);
      of.transaction = new SynchronizedTransaction(of.mode, all);
      of.isolation = new TransactionIsolation(all);
    }
  }
}
