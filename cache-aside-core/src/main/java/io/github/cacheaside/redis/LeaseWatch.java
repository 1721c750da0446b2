package io.github.cacheaside.redis;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Tells when leases end; see {@link io.github.cacheaside.spi.CacheStore#watch}. */
interface LeaseWatch extends AutoCloseable {
  /**
   * Tells nothing, so waiting callers poll. A cluster has this one: a watch of its own would need a
   * tracked connection to the primary of each slot and would follow slots that move. A borrowed
   * connection has it too: whether it tracks is its owner's affair.
   */
  LeaseWatch NONE = key -> Optional.empty();

  Optional<CompletionStage<Void>> watch(String key);

  /** Starts over with a new connection: the present one may lead to a former primary. */
  default void reset() {}

  @Override
  default void close() {}
}
