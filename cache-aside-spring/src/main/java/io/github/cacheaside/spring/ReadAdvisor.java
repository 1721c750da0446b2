package io.github.cacheaside.spring;

import org.springframework.cache.interceptor.BeanFactoryCacheOperationSourceAdvisor;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.core.Ordered;

/**
 * Advises the methods that only read from caches, outside of transactions: a hit then needs none,
 * and a method that fills the cache has its own transaction, begun after the miss. The methods that
 * evict or put are left to Spring's own advisor, inside of transactions, so that they take part.
 * Methods that answer later are advised here: when their eviction is due, the thread's transaction
 * is over.
 */
final class ReadAdvisor extends BeanFactoryCacheOperationSourceAdvisor {
  private static final long serialVersionUID = 1L;

  /**
   * Takes the reads from Spring's own advisor, unless it was given an order of its own.
   *
   * @param writes Spring's own advisor
   */
  public void setWrites(BeanFactoryCacheOperationSourceAdvisor writes) {
    setAdvice(writes.getAdvice());
    setCacheOperationSource(SplitOperations.NONE);
    if (writes.getAdvice() instanceof CacheAspectSupport aspect
        && writes.getOrder() == Ordered.LOWEST_PRECEDENCE) {
      CacheOperationSource all = aspect.getCacheOperationSource();
      if (all != null) {
        setCacheOperationSource(new SplitOperations(all, /* outer= */ true));
        writes.setCacheOperationSource(new SplitOperations(all, /* outer= */ false));
      }
    }
  }
}
