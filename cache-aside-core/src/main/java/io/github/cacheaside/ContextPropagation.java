package io.github.cacheaside;

import java.util.function.UnaryOperator;

/**
 * Carries what belongs to the caller's thread (a tenant, a trace, the MDC) to the threads on which
 * loaders, serializers and other code of the user's run for that call.
 *
 * <pre>{@code
 * .contextPropagation(
 *     () -> {
 *       String tenant = TENANT.get();
 *       return task -> () -> inTenant(tenant, task);
 *     })
 * }</pre>
 *
 * <p>With Micrometer's context propagation: {@code () -> snapshots.captureAll()::wrap}. Must be
 * thread-safe.
 *
 * @see CacheAsideBuilder#contextPropagation
 */
@FunctionalInterface
public interface ContextPropagation {

  /** Carries nothing. */
  ContextPropagation NONE = UnaryOperator::identity;

  /**
   * Captures the context of the calling thread. Called once a call, on the thread that makes it:
   * for each call of the asynchronous view, and for a blocking one whose loader runs on another
   * thread.
   *
   * @return makes of a task one that runs in that context, on whatever thread; may be used for
   *     several tasks, also at the same time
   */
  UnaryOperator<Runnable> capture();
}
