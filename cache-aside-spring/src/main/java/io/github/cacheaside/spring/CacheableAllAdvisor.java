package io.github.cacheaside.spring;

import java.util.function.Supplier;
import org.springframework.aop.Pointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.core.Ordered;

/** Advises methods with {@link CacheableAll}, outside of transactions. */
final class CacheableAllAdvisor extends DefaultPointcutAdvisor {
  private static final long serialVersionUID = 1L;

  CacheableAllAdvisor(Supplier<CacheAsideCacheManager> caches) {
    super(pointcut(), new CacheableAllInterceptor(caches));
    setOrder(Ordered.LOWEST_PRECEDENCE - 2);
  }

  private static Pointcut pointcut() {
    return new AnnotationMatchingPointcut(null, CacheableAll.class, true);
  }
}
