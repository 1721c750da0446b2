package io.github.cacheaside.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;

/** What {@link EnableCacheAside} brings along; a starter may import it without the annotation. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public class CacheAsideConfiguration {

  /** Creates the configuration. */
  public CacheAsideConfiguration() {}

  /**
   * Registers the advisors, which need to know what else is there.
   *
   * @return the registrar
   */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static AdvisorRegistrar cacheAsideAdvisorRegistrar() {
    return new AdvisorRegistrar();
  }

  /**
   * Fences Spring's interceptor, and has caches that are beans take part in transactions.
   *
   * @param beans the application's beans
   * @return the processor
   */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static FencingPostProcessor cacheAsideFencingPostProcessor(
      ConfigurableListableBeanFactory beans) {
    return new FencingPostProcessor(beans);
  }

  /**
   * Says at start what is fenced.
   *
   * @param processor has seen all beans
   * @param beans the application's beans
   * @return tells it to the log
   */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static FencedMethods cacheAsideFencedMethods(
      FencingPostProcessor processor, ConfigurableListableBeanFactory beans) {
    return new FencedMethods(processor, beans);
  }

  /**
   * Reads and loads many keys at once.
   *
   * @param caches the manager, which is asked for when a method is called
   * @return the advisor
   */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static CacheableAllAdvisor cacheAsideCacheableAllAdvisor(
      ObjectProvider<CacheAsideCacheManager> caches) {
    return new CacheableAllAdvisor(caches::getObject);
  }

  /**
   * For code with many keys.
   *
   * @param caches the manager
   * @return the bean
   */
  @Bean
  @Lazy
  CacheTransactions cacheTransactions(ObjectProvider<CacheAsideCacheManager> caches) {
    return new CacheTransactions(caches.getObject());
  }
}
