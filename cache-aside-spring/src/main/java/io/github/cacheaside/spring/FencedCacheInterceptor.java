package io.github.cacheaside.spring;

import io.github.cacheaside.spring.transactions.Isolation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationInvocationContext;
import org.springframework.cache.interceptor.CacheOperationInvoker;
import org.springframework.cache.interceptor.CacheResolver;

/**
 * Spring's interceptor, which gives each invocation caches of its own: they hold the ticket that
 * its miss was given until its put, and give it back when the invocation ends, however it does.
 */
final class FencedCacheInterceptor extends CacheInterceptor {
  private static final long serialVersionUID = 1L;

  private static final ThreadLocal<@Nullable Invocation> CURRENT = new ThreadLocal<>();

  /** As the other one was configured; what it is asked for, it is asked for late. */
  FencedCacheInterceptor(CacheInterceptor configured) {
    configure(
        configured::getErrorHandler,
        configured::getKeyGenerator,
        configured::getCacheResolver,
        () -> null);
    setCacheOperationSource(configured.getCacheOperationSource());
  }

  @Override
  public @Nullable Object invoke(MethodInvocation call) throws Throwable {
    Invocation outer = CURRENT.get();
    Invocation mine = new Invocation(call.getMethod(), this::getErrorHandler);
    CURRENT.set(mine);
    boolean later = false;
    try {
      Object result =
          mine.settled(super.invoke(mine.publishes() ? new IsolatedPublication(call, mine) : call));
      later = mine.endsLater();
      return result;
    } finally {
      CURRENT.set(outer);
      if (!later) {
        mine.end();
      }
    }
  }

  @Override
  protected Collection<? extends Cache> getCaches(
      CacheOperationInvocationContext<CacheOperation> context, CacheResolver cacheResolver) {
    Collection<? extends Cache> caches = super.getCaches(context, cacheResolver);
    Invocation mine = CURRENT.get();
    if (mine == null) {
      return caches;
    }
    List<Cache> own = new ArrayList<>(caches.size());
    for (Cache cache : caches) {
      own.add(
          cache instanceof CacheAsideCache ours ? mine.cache(ours, context.getOperation()) : cache);
    }
    return own;
  }

  @Override
  protected @Nullable Object invokeOperation(CacheOperationInvoker invoker) {
    Invocation mine = CURRENT.get();
    Isolation isolation = mine == null ? Isolation.NONE : mine.isolation();
    try {
      return isolation.call(invoker::invoke);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // the invoker throws none
    }
  }
}
