package io.github.cacheaside.testkit.spring;

import io.github.cacheaside.CacheAside;
import org.springframework.cache.CacheManager;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Empties caches before each test with {@link CacheAsideTest}; found by {@code spring.factories}.
 */
final class EmptyCachesListener extends AbstractTestExecutionListener {
  private static final int BEFORE_TRANSACTIONS = 3900;

  @Override
  public int getOrder() {
    return BEFORE_TRANSACTIONS;
  }

  @Override
  public void beforeTestMethod(TestContext test) {
    CacheAsideTest annotation =
        TestContextAnnotationUtils.findMergedAnnotation(test.getTestClass(), CacheAsideTest.class);
    if (annotation != null && annotation.emptyCaches()) {
      ApplicationContext context = test.getApplicationContext();
      context.getBeanProvider(CacheManager.class).stream().forEach(CacheManager::resetCaches);
      context.getBeanProvider(CacheAside.class).stream().forEach(EmptyCachesListener::clear);
    }
  }

  private static void clear(CacheAside<?, ?> cache) {
    try {
      cache.clear();
    } catch (UnsupportedOperationException e) {
      // built without clearable: its entries stay, as the annotation says
    }
  }
}
