package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.SmartFactoryBean;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.interceptor.CacheInterceptor;
import org.springframework.cache.interceptor.CacheOperationSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

@WithServers
@SuppressWarnings("NullAway") // Spring's answers may be null; here they are not, or the test fails
class FencedMethodsTest {
  private static RedisCacheStore store;

  static class Planets {
    @Cacheable("planet")
    public String find(long id) {
      return "a";
    }

    @Cacheable("planet#30m")
    public CompletableFuture<String> findLater(long id) {
      return CompletableFuture.completedFuture("a");
    }

    @CachePut("planet")
    public String put(long id) {
      return "b";
    }

    @CacheEvict(cacheNames = "planet", allEntries = true)
    public void evictAll() {}

    @Cacheable(cacheNames = "planet", cacheManager = "other")
    public String elsewhere(long id) {
      return "c";
    }

    @Cacheable(cacheNames = "planet", cacheResolver = "resolver")
    public String resolved(long id) {
      return "d";
    }
  }

  interface Repository {
    @Cacheable("planet")
    String findById(long id);
  }

  /** Its product is made at the start, as one that is injected is. */
  interface EagerFactory extends SmartFactoryBean<Repository> {
    @Override
    default Class<?> getObjectType() {
      return Repository.class;
    }

    @Override
    default boolean isEagerInit() {
      return true;
    }
  }

  /** Makes a proxy of an interface, as Spring Data and MyBatis do. */
  static final class Repositories implements EagerFactory {
    @Override
    public Repository getObject() {
      return (Repository)
          Proxy.newProxyInstance(
              Repository.class.getClassLoader(),
              new Class<?>[] {Repository.class},
              (proxy, method, arguments) -> "of the database");
    }
  }

  /** As Spring Data's: the proxy has a target that does not implement the interface. */
  static final class AdvisedRepositories implements EagerFactory {
    @Override
    public Repository getObject() {
      ProxyFactory factory = new ProxyFactory(new Object());
      factory.setInterfaces(Repository.class);
      factory.addAdvice((MethodInterceptor) call -> "of the database");
      return (Repository) factory.getProxy();
    }
  }

  static class Conflict {
    @Cacheable("planet#1h")
    public String find(long id) {
      return "a";
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableCacheAside
  static class App {
    @Bean
    @Primary
    CacheAsideCacheManager cacheManager() {
      return CacheAsideCacheManager.builder(store).types(name -> String.class).build();
    }

    @Bean
    CacheManager other() {
      return new ConcurrentMapCacheManager();
    }

    @Bean
    Planets planets() {
      return new Planets();
    }
  }

  static final class OwnInterceptor extends CacheInterceptor {
    private static final long serialVersionUID = 1L;
  }

  @Configuration(proxyBeanMethods = false)
  static class WithOwnInterceptor {
    @Bean
    OwnInterceptor cacheInterceptor(CacheOperationSource source) {
      OwnInterceptor own = new OwnInterceptor();
      own.setCacheOperationSource(source);
      return own;
    }
  }

  @BeforeEach
  void open(RedisServer redis) {
    store = RedisCacheStore.connect(redis.uri());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static String name(String method) {
    return Planets.class.getName() + "." + method;
  }

  @Test
  void theLogSays_whichAreFenced_andWhyTheOthersAreNot() {
    try (var context = new AnnotationConfigApplicationContext(App.class)) {
      FencedMethods methods = context.getBean(FencedMethods.class);
      assertThat(methods.fenced())
          .containsExactly(name("evictAll"), name("find"), name("findLater"));
      assertThat(methods.unfenced())
          .containsOnlyKeys(name("elsewhere"), name("put"), name("resolved"));
      assertThat(methods.unfenced().get(name("put"))).contains("the last CachePut wins");
      assertThat(methods.unfenced().get(name("elsewhere"))).contains("CacheAsideCacheManager");
    }
  }

  @Test
  void theMethodsOfWhatAFactoryMakes_areToldByTheirInterface() {
    for (Class<?> factory : List.of(Repositories.class, AdvisedRepositories.class)) {
      try (var context = new AnnotationConfigApplicationContext(App.class, factory)) {
        assertThat(context.getBean(Repository.class).findById(77)).isEqualTo("of the database");
        assertThat(context.getBean(FencedMethods.class).fenced())
            .contains(Repository.class.getName() + ".findById");
      }
    }
  }

  @Test
  void anInterceptorOfTheApplication_isLeftAlone() {
    try (var context = new AnnotationConfigApplicationContext()) {
      context.setAllowBeanDefinitionOverriding(true);
      context.register(App.class, WithOwnInterceptor.class);
      context.refresh();
      FencedMethods methods = context.getBean(FencedMethods.class);
      assertThat(methods.fenced()).isEmpty();
      assertThat(methods.unfenced().get(name("find"))).contains("interceptor of its own");
      assertThat(context.getBean(Planets.class).find(3)).isEqualTo("a");
    }
  }

  @Test
  void twoTtlsForOneCache_failTheStart() {
    try (var context = new AnnotationConfigApplicationContext()) {
      context.register(App.class, Conflict.class);
      assertThatThrownBy(context::refresh)
          .hasMessageContaining("PT30M")
          .hasMessageContaining("PT1H");
    }
  }
}
