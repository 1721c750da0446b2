package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.spring.CacheableAll;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.cache.annotation.CacheConfig;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What annotated methods return is what their caches hold. */
final class ValueTypesTest {
  interface Repository<T> {
    @Cacheable("entity")
    T find(long id);

    @Cacheable("entities")
    List<T> all();
  }

  record Row(long id) {}

  static class Rows implements Repository<Row> {
    @Override
    public Row find(long id) {
      return new Row(id);
    }

    @Override
    public List<Row> all() {
      return List.of();
    }
  }

  @CacheConfig(cacheNames = "configured")
  static class Various {
    @Cacheable
    public int number() {
      return 1;
    }

    @Cacheable("optional")
    public Optional<Row> optional() {
      return Optional.empty();
    }

    @Cacheable("future")
    public CompletableFuture<Map<String, Row>> future() {
      return CompletableFuture.completedFuture(Map.of());
    }

    @Cacheable("mono")
    public Mono<Row> mono() {
      return Mono.empty();
    }

    @Cacheable("flux")
    public Flux<Row> flux() {
      return Flux.empty();
    }

    @Cacheable("bytes#10s")
    public byte[] bytes() {
      return new byte[0];
    }

    @CachePut("put")
    public Row put(long id) {
      return new Row(id);
    }

    @Cacheable("untold")
    public <T> List<T> untold(T one) {
      return List.of(one);
    }

    @Cacheable(cacheNames = "foreign", cacheManager = "another")
    public Row foreign() {
      return new Row(1);
    }

    @CacheableAll("each")
    public Map<Long, Row> each(Collection<Long> ids) {
      return Map.of();
    }

    @CacheableAll(cacheNames = "each", key = "id")
    public List<Row> listed(List<Long> ids) {
      return List.of();
    }
  }

  private static String type(ValueTypes types, String cache) {
    Type type = types.of(cache);
    return type.getTypeName().replace(ValueTypesTest.class.getName() + "$", "");
  }

  @Test
  void allThatAMethodMayReturn() {
    try (var context = new AnnotationConfigApplicationContext(Rows.class, Various.class)) {
      ValueTypes types = new ValueTypes(context, "cacheManager");
      assertThat(type(types, "entity")).isEqualTo("Row");
      assertThat(type(types, "entities")).isEqualTo("java.util.List<Row>");
      assertThat(type(types, "configured")).isEqualTo("java.lang.Integer");
      assertThat(type(types, "optional")).isEqualTo("Row");
      assertThat(type(types, "future")).isEqualTo("java.util.Map<java.lang.String, Row>");
      assertThat(type(types, "mono")).isEqualTo("Row");
      assertThat(type(types, "flux")).isEqualTo("java.util.List<Row>");
      assertThat(type(types, "bytes")).isEqualTo("byte[]");
      assertThat(type(types, "put")).isEqualTo("Row");
      assertThat(type(types, "each")).isEqualTo("Row");
      for (String unknown : List.of("untold", "foreign", "byte")) {
        assertThatThrownBy(() -> types.of(unknown))
            .isInstanceOf(InvalidCacheException.class)
            .hasMessageContaining(unknown + "\" is not known");
      }
    }
  }

  @Test
  void aTypeAsPropertiesHaveIt() {
    ClassLoader loader = ValueTypesTest.class.getClassLoader();
    for (String text :
        List.of(
            "java.lang.String",
            "java.util.List<java.lang.Long>",
            "java.util.Map<java.lang.String,java.util.List<java.lang.Long>>")) {
      assertThat(TypeText.parse(text, loader).getTypeName().replace(", ", ",")).isEqualTo(text);
    }
  }
}
