package io.github.cacheaside.spring;

import io.github.cacheaside.CacheLoadException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;

/** Reads many keys at once, and calls the method for those that are missing. */
final class CacheableAllInterceptor implements MethodInterceptor {
  private final Supplier<CacheAsideCacheManager> caches;
  private final Map<MethodClassKey, CacheableAllMethod> methods = new ConcurrentHashMap<>();

  CacheableAllInterceptor(Supplier<CacheAsideCacheManager> caches) {
    this.caches = caches;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation call) throws Throwable {
    CacheableAllMethod method = method(call);
    if (method == null) {
      return call.proceed();
    }
    CacheAsideCache cache = caches.get().existing(method.cache());
    List<Object> asked = method.keys(call.getArguments()[0]);
    List<Object> changed = new ArrayList<>(0);
    List<Object> others = new ArrayList<>(asked.size());
    for (Object key : asked) {
      (cache.isBypassed(key) ? changed : others).add(key);
    }
    Map<Object, Object> found = new HashMap<>();
    if (!others.isEmpty()) {
      found.putAll(read(cache, others, method, call));
    }
    if (!changed.isEmpty()) {
      found.putAll(method.byKey(proceed(call, method, changed)));
    }
    return method.answer(asked, found);
  }

  private @Nullable CacheableAllMethod method(MethodInvocation call) {
    Object target = call.getThis();
    Method called = call.getMethod();
    Class<?> type = target == null ? called.getDeclaringClass() : AopUtils.getTargetClass(target);
    MethodClassKey key = new MethodClassKey(called, type);
    CacheableAllMethod known = methods.get(key);
    if (known == null) {
      known = CacheableAllMethod.of(called, type);
      if (known != null) {
        methods.put(key, known);
      }
    }
    return known;
  }

  private static Map<Object, Object> read(
      CacheAsideCache cache, List<Object> keys, CacheableAllMethod method, MethodInvocation call)
      throws Throwable {
    try {
      return cache
          .getNativeCache()
          .getAll(
              keys,
              missing ->
                  cache.ofLoads().call(() -> method.byKey(proceeded(call, method, missing))));
    } catch (CacheLoadException e) {
      throw thrown(e);
    }
  }

  /** What the method has thrown, as it is. */
  private static Throwable thrown(CacheLoadException e) {
    Throwable cause = e.getCause();
    while (cause instanceof CacheLoadException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof Thrown passed) {
      return passed.getCause() == null ? passed : passed.getCause();
    }
    return cause == null ? e : cause;
  }

  private static @Nullable Object proceeded(
      MethodInvocation call, CacheableAllMethod method, List<Object> keys) throws Exception {
    try {
      return proceed(call, method, keys);
    } catch (Exception e) {
      throw e;
    } catch (Throwable e) {
      throw new Thrown(e);
    }
  }

  /** It may be called more than once, so each time a clone goes on. */
  private static @Nullable Object proceed(
      MethodInvocation call, CacheableAllMethod method, List<Object> keys) throws Throwable {
    MethodInvocation own = ((ProxyMethodInvocation) call).invocableClone(method.argument(keys));
    return own.proceed();
  }

  /** Carries an {@link Error} through a load. */
  private static final class Thrown extends Exception {
    private static final long serialVersionUID = 1L;

    Thrown(Throwable cause) {
      super(cause);
    }
  }
}
