package io.github.cacheaside.spring;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapterRegistry;

/** The operations of methods that are advised outside, or inside, of transactions. */
final class SplitOperations implements CacheOperationSource {
  static final CacheOperationSource NONE = (method, targetClass) -> null;

  /** Asked for with each call, and looked for among a dozen adapters: once for each type. */
  private static final ClassValue<Boolean> ADAPTED =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
        }
      };

  private final CacheOperationSource all;
  private final boolean outer;

  SplitOperations(CacheOperationSource all, boolean outer) {
    this.all = all;
    this.outer = outer;
  }

  @Override
  public boolean isCandidateClass(Class<?> targetClass) {
    return all.isCandidateClass(targetClass);
  }

  @Override
  public boolean hasCacheOperations(Method method, @Nullable Class<?> targetClass) {
    return getCacheOperations(method, targetClass) != null;
  }

  @Override
  public @Nullable Collection<CacheOperation> getCacheOperations(
      Method method, @Nullable Class<?> targetClass) {
    Collection<CacheOperation> found = all.getCacheOperations(method, targetClass);
    if (found == null || found.isEmpty()) {
      return null;
    }
    boolean reads = found.stream().allMatch(CacheableOperation.class::isInstance);
    boolean outside = reads || (answersLater(method) && !publishes(method));
    return outer == outside ? List.copyOf(found) : null;
  }

  /** Whether it answers with a publisher, whose transaction is the subscriber's. */
  static boolean publishes(Method method) {
    Class<?> type = method.getReturnType();
    return answersLater(method)
        && !Future.class.isAssignableFrom(type)
        && type != CompletionStage.class;
  }

  /** Whether it answers with a future or a publisher. */
  static boolean answersLater(Method method) {
    Class<?> type = method.getReturnType();
    return Future.class.isAssignableFrom(type)
        || ADAPTED.get(type)
        || KotlinDetector.isSuspendingFunction(method);
  }
}
