package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@WithServers
@SuppressWarnings("NullAway") // Spring's answers may be null; here they are not, or the test fails
class CacheableAllTest {
  record Item(long id, String name) {}

  private static RedisCacheStore store;

  static class Items {
    final Map<Long, Item> table = new HashMap<>();
    final List<Collection<Long>> calls = new ArrayList<>();

    // docs: all
    @CacheableAll("item")
    public Map<Long, Item> findAll(Collection<Long> ids) {
      return rows(ids).stream().collect(Collectors.toMap(Item::id, item -> item));
    }

    @CacheableAll(cacheNames = "item", key = "id")
    public List<Item> list(List<Long> ids) {
      return rows(ids);
    }

    // docs: end

    @CacheableAll(cacheNames = "item", key = "id")
    public Set<Item> set(Set<Long> ids) {
      return Set.copyOf(rows(ids));
    }

    @CacheableAll("item")
    public Map<Long, Item> fail(List<Long> ids) {
      throw new IllegalStateException("the database is down");
    }

    @CacheableAll("item")
    public Item one(long id) {
      return new Item(id, "one");
    }

    @CacheableAll("item")
    public List<Item> keyless(List<Long> ids) {
      return rows(ids);
    }

    @Cacheable("item")
    public Item find(long id) {
      return rows(List.of(id)).stream().findFirst().orElse(null);
    }

    @CacheEvict("item")
    public void evict(long id) {}

    private List<Item> rows(Collection<Long> ids) {
      calls.add(List.copyOf(ids));
      return ids.stream().filter(table::containsKey).map(table::get).toList();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableCacheAside
  static class App {
    @Bean
    CacheAsideCacheManager cacheManager() {
      return CacheAsideCacheManager.builder(store)
          .namespace("t" + UUID.randomUUID())
          .types(name -> Item.class)
          .defaults(all -> all.options(o -> o.storeTimeout(Duration.ofSeconds(5))))
          .build();
    }

    @Bean
    Map<Long, Item> table() {
      return new HashMap<>();
    }

    @Bean
    Items items() {
      return new Items();
    }
  }

  private AnnotationConfigApplicationContext context;
  private Items items;
  private Items target;

  @BeforeEach
  void open(RedisServer redis) throws Exception {
    store = RedisCacheStore.connect(redis.uri());
    context = new AnnotationConfigApplicationContext(App.class);
    items = context.getBean(Items.class);
    target =
        (Items) ((org.springframework.aop.framework.Advised) items).getTargetSource().getTarget();
    for (long id = 1; id <= 5; id++) {
      target.table.put(id, new Item(id, "item " + id));
    }
  }

  @AfterEach
  void close() {
    context.close();
    store.close();
  }

  @Test
  void onlyWhatIsMissing_isAskedFor() {
    assertThat(items.find(2).name()).isEqualTo("item 2");
    assertThat(items.findAll(List.of(3L, 2L, 1L, 3L, 9L)).keySet()).containsExactly(3L, 2L, 1L);
    assertThat(items.list(List.of(1L, 9L, 4L))).extracting(Item::id).containsExactly(1L, 4L);
    assertThat(items.set(Set.of(4L, 5L))).extracting(Item::id).containsExactlyInAnyOrder(4L, 5L);
    assertThat(items.find(5).name()).isEqualTo("item 5");
    assertThat(items.findAll(List.of())).isEmpty();
    assertThat(target.calls)
        .containsExactly(List.of(2L), List.of(3L, 1L, 9L), List.of(4L), List.of(5L));

    items.evict(4);
    items.list(List.of(4L, 5L));
    assertThat(target.calls.get(4)).containsExactly(4L);
  }

  @Test
  void failures_passAsTheyAre() {
    assertThatThrownBy(() -> items.fail(List.of(1L, 2L)))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("the database is down");
    assertThatThrownBy(() -> items.findAll(null)).hasMessageContaining("without keys");
  }

  @Test
  void aMethodThatCantBeMeant_saysWhy() {
    assertThatThrownBy(() -> items.one(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Items.one")
        .hasMessageContaining("one parameter");
    assertThatThrownBy(() -> items.keyless(List.of(1L))).hasMessageContaining("key = \"id\"");
  }
}
