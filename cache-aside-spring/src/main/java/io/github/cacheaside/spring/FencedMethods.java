package io.github.cacheaside.spring;

import io.github.cacheaside.spi.CacheStore;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.cache.CacheManager;
import org.springframework.cache.interceptor.CacheAspectSupport;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.cache.interceptor.CachePutOperation;
import org.springframework.core.MethodIntrospector;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** Says at start which annotated methods are fenced, and which are not, and why. */
final class FencedMethods implements SmartInitializingSingleton {
  private static final Logger log = LoggerFactory.getLogger(FencedMethods.class);

  private final FencingPostProcessor processor;
  private final ConfigurableListableBeanFactory beans;
  private final TreeSet<String> fenced = new TreeSet<>();
  private final Map<String, String> unfenced = new TreeMap<>();

  FencedMethods(FencingPostProcessor processor, ConfigurableListableBeanFactory beans) {
    this.processor = processor;
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    processor.started();
    CacheInterceptor interceptor = beans.getBeanProvider(CacheInterceptor.class).getIfAvailable();
    if (interceptor == null || interceptor.getCacheOperationSource() == null) {
      log.info("No annotated method is fenced: there is no interceptor of EnableCaching");
      return;
    }
    CacheOperationSource source = interceptor.getCacheOperationSource();
    for (Class<?> type : processor.made()) {
      if (source.isCandidateClass(type)) {
        look(type, source, interceptor);
      }
    }
    log.info("{} annotated methods are fenced: {}", fenced.size(), fenced);
    unfenced.forEach((method, why) -> log.info("Not fenced: {}: {}", method, why));
  }

  /** The names of the fenced methods. */
  Set<String> fenced() {
    return fenced;
  }

  /** Why each of the others is not. */
  Map<String, String> unfenced() {
    return unfenced;
  }

  private void look(Class<?> type, CacheOperationSource source, CacheAspectSupport interceptor) {
    Map<Method, Collection<CacheOperation>> methods =
        MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<@Nullable Collection<CacheOperation>>)
                method -> source.getCacheOperations(method, type));
    methods.forEach(
        (method, operations) -> {
          String name = ClassUtils.getQualifiedMethodName(method, type);
          for (CacheOperation operation : operations) {
            String why = why(operation, interceptor);
            if (why == null) {
              fenced.add(name);
            } else {
              unfenced.merge(
                  name, why, (one, other) -> one.equals(other) ? one : one + "; " + other);
            }
          }
          if (unfenced.containsKey(name)) {
            fenced.remove(name);
          }
        });
  }

  /** Why an operation is not fenced; null if it is. */
  private @Nullable String why(CacheOperation operation, CacheAspectSupport interceptor) {
    if (!(interceptor instanceof FencedCacheInterceptor)) {
      return "the application has a cache interceptor of its own";
    }
    CacheAsideCacheManager manager = manager(operation);
    if (manager == null) {
      return "its caches are not, or not for sure, those of a CacheAsideCacheManager";
    }
    if (manager.coherence() == CacheStore.Coherence.TTL_ONLY) {
      return "the layout of the store has no place for leases";
    }
    operation.getCacheNames().stream().filter(name -> name.indexOf('#') > 0).forEach(manager::find);
    if (operation instanceof CachePutOperation) {
      return "without a transaction the last CachePut wins, which may be the older value; prefer"
          + " CacheEvict";
    }
    return null;
  }

  private @Nullable CacheAsideCacheManager manager(CacheOperation operation) {
    if (StringUtils.hasText(operation.getCacheResolver())) {
      return null;
    }
    String name = operation.getCacheManager();
    Object manager;
    if (StringUtils.hasText(name)) {
      manager = beans.containsBean(name) ? beans.getBean(name) : null; // else the call says so
    } else {
      manager = beans.getBeanProvider(CacheManager.class).getIfUnique();
    }
    return manager instanceof CacheAsideCacheManager ours ? ours : null;
  }
}
