package io.github.cacheaside.spring;

import io.github.cacheaside.CacheAside;
import io.micrometer.observation.ObservationRegistry;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.support.AbstractBeanFactoryPointcutAdvisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Replaces Spring's cache interceptor by one that fences, and lets caches that are beans take part
 * in transactions.
 */
final class FencingPostProcessor implements BeanPostProcessor, PriorityOrdered {
  private static final Logger log = LoggerFactory.getLogger(FencingPostProcessor.class);
  private static final String TRANSACTION_MANAGER =
      "org.springframework.transaction.PlatformTransactionManager";

  private static final boolean WITH_TRANSACTIONS =
      ClassUtils.isPresent(TRANSACTION_MANAGER, FencingPostProcessor.class.getClassLoader());

  private static final boolean WITH_SQL =
      ClassUtils.isPresent(
          "io.github.cacheaside.jdbc.SqlCache", FencingPostProcessor.class.getClassLoader());

  private static final String TRANSACTION_ADVISOR =
      "org.springframework.transaction.config.internalTransactionAdvisor";

  private final ConfigurableListableBeanFactory beans;
  private final SingletonSupplier<Surroundings> surroundings;
  private final Set<Class<?>> made = Collections.synchronizedSet(new LinkedHashSet<>());
  private volatile @Nullable Surroundings known;

  FencingPostProcessor(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
    this.surroundings = SingletonSupplier.of(this::surroundings);
  }

  /** All beans are there; from now on commits are listened to. */
  void started() {
    known = surroundings.obtain();
  }

  /** Those of the manager, if there is one; by hand a cache takes part all the same. */
  private Surroundings surroundings() {
    CacheAsideCacheManager manager =
        beans.getBeanProvider(CacheAsideCacheManager.class).getIfUnique();
    if (manager != null) {
      return manager.surroundings();
    }
    Surroundings own = new Surroundings(TransactionMode.FENCED, () -> ObservationRegistry.NOOP);
    own.managers(this::transactionManagers);
    return own;
  }

  private List<?> transactionManagers() {
    try {
      Class<?> type = ClassUtils.forName(TRANSACTION_MANAGER, beans.getBeanClassLoader());
      return beans.getBeanProvider(type).orderedStream().toList();
    } catch (ClassNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  /** The classes of all beans that have been made. */
  Set<Class<?>> made() {
    return Set.copyOf(made);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (bean instanceof CacheAsideCacheManager manager) {
      manager.surroundings().managers(this::transactionManagers);
    } else if (bean instanceof CacheAside<?, ?> cache
        && !(bean instanceof TransactionalCacheAside)) {
      return new TransactionalCacheAside<>(cache, surroundings::obtain);
    } else if (bean instanceof CacheInterceptor interceptor) {
      return fenced(interceptor);
    } else if (beanName.equals(TRANSACTION_ADVISOR)
        && bean instanceof AbstractBeanFactoryPointcutAdvisor advisor
        && advisor.getOrder() == Ordered.LOWEST_PRECEDENCE) {
      advisor.setOrder(Ordered.LOWEST_PRECEDENCE - 1); // around evictions, within ReadAdvisor
    } else if (WITH_TRANSACTIONS) {
      CommitListener.listen(bean, () -> known);
    }
    note(bean);
    return WITH_SQL ? TransactionalSqlCache.joined(bean, surroundings::obtain) : bean;
  }

  /**
   * Of beans that have been made; the proxies come after this processor. What a factory makes, such
   * as a repository, is a proxy already, and its methods are annotated on its interfaces.
   */
  private void note(Object bean) {
    Class<?> type = AopUtils.getTargetClass(bean);
    made.add(type);
    if (Proxy.isProxyClass(bean.getClass())) {
      Stream.of(bean.getClass().getInterfaces())
          .filter(face -> Proxy.isProxyClass(type) || !face.isAssignableFrom(type))
          .forEach(made::add);
    }
  }

  private Object fenced(CacheInterceptor interceptor) {
    if (interceptor.getClass() != CacheInterceptor.class) {
      if (!(interceptor instanceof FencedCacheInterceptor)) {
        log.warn(
            "No annotated method is fenced: the application has a cache interceptor of its own, {}",
            interceptor.getClass().getName());
      }
      return interceptor;
    }
    FencedCacheInterceptor fenced = new FencedCacheInterceptor(interceptor);
    fenced.setBeanFactory(beans);
    return fenced;
  }
}
