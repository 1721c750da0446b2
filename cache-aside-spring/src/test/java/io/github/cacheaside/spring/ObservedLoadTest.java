package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Loads are observed, whatever made them; hits are not. */
final class ObservedLoadTest {

  /** Writes down what was observed. */
  static final class Seen implements ObservationHandler<Observation.Context> {
    private final List<String> all = new CopyOnWriteArrayList<>();

    @Override
    public void onStop(Observation.Context context) {
      Throwable error = context.getError();
      all.add(
          context.getName()
              + " "
              + context.getContextualName()
              + " "
              + context.getLowCardinalityKeyValues()
              + (error == null ? "" : " " + error.getMessage()));
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }

    List<String> take() {
      List<String> taken = List.copyOf(all);
      all.clear();
      return taken;
    }
  }

  /** Reads by annotated methods. */
  static class Names {
    @Cacheable("name")
    public String name(long id) {
      if (id < 0) {
        throw new IllegalArgumentException("negative");
      }
      return "name " + id;
    }

    @CacheableAll("name")
    public Map<Long, String> names(List<Long> ids) {
      Map<Long, String> names = new TreeMap<>();
      ids.forEach(id -> names.put(id, name(id)));
      return names;
    }
  }

  /** The application. */
  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableCacheAside
  static class Application {
    @Bean
    Seen seen() {
      return new Seen();
    }

    @Bean
    CacheManager caches(Seen seen) {
      ObservationRegistry registry = ObservationRegistry.create();
      registry.observationConfig().observationHandler(seen);
      return CacheAsideCacheManager.builder(new InMemoryCacheStore())
          .cache("name", spec -> spec.type(String.class))
          .observations(() -> registry)
          .build();
    }

    @Bean
    Names names() {
      return new Names();
    }
  }

  private static final String LOAD = "cache.aside.loading load name [keyValue(cache=name)]";

  @Test
  void eachLoadIsObserved_andNoHit() {
    try (var context = new AnnotationConfigApplicationContext(Application.class)) {
      Seen seen = context.getBean(Seen.class);
      Names names = context.getBean(Names.class);
      assertThat(names.name(1)).isEqualTo("name 1");
      assertThat(seen.take()).containsExactly(LOAD);
      assertThat(names.name(1)).isEqualTo("name 1");
      assertThat(seen.take()).isEmpty();
      assertThat(names.names(List.of(1L, 2L, 3L))).hasSize(3);
      assertThat(seen.take()).as("two keys, one load").containsExactly(LOAD);
      var cache = context.getBean(CacheManager.class).getCache("name");
      assertThat(got(cache, 4)).isEqualTo("name 4");
      assertThat(seen.take()).containsExactly(LOAD);
      assertThatThrownBy(() -> names.name(-1)).hasMessage("negative");
      assertThat(seen.take()).singleElement().asString().startsWith(LOAD);
    }
  }

  private static @Nullable String got(org.springframework.cache.@Nullable Cache cache, long id) {
    return cache == null ? null : cache.get(id, () -> "name " + id);
  }
}
