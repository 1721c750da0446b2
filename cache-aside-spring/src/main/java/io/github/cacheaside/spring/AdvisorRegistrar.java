package io.github.cacheaside.spring;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.cache.config.CacheManagementConfigUtils;
import org.springframework.core.Ordered;

/** Adds an advisor to that of {@code EnableCaching}, if there is one. */
final class AdvisorRegistrar implements BeanDefinitionRegistryPostProcessor {
  static final String READS = "io.github.cacheaside.spring.readAdvisor";

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    if (registry.containsBeanDefinition(CacheManagementConfigUtils.CACHE_ADVISOR_BEAN_NAME)
        && !registry.containsBeanDefinition(READS)) {
      RootBeanDefinition reads = new RootBeanDefinition(ReadAdvisor.class);
      reads.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
      reads
          .getPropertyValues()
          .add(
              "writes",
              new RuntimeBeanReference(CacheManagementConfigUtils.CACHE_ADVISOR_BEAN_NAME));
      reads.getPropertyValues().add("order", Ordered.LOWEST_PRECEDENCE - 2);
      registry.registerBeanDefinition(READS, reads);
    }
  }
}
