package io.github.cacheaside.spring.transactions;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Keeps what the calling thread's transaction and sessions have read from what is cached. */
public interface Isolation {

  /** Where nothing is bound to threads. */
  Isolation NONE =
      new Isolation() {
        @Override
        public <T extends @Nullable Object> T call(Callable<T> load) throws Exception {
          return load.call();
        }
      };

  /**
   * Runs a load outside of the thread's transaction, with none of its sessions and connections.
   * They are back afterwards, whatever happens.
   */
  <T extends @Nullable Object> T call(Callable<T> load) throws Exception;
}
