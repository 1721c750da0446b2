package io.github.cacheaside.boot;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.domain.Pageable;

/** A small application, and others that do something wrong. */
public final class Shop {
  private Shop() {}

  public record Item(long id, String name, BigDecimal price, OffsetDateTime since) {}

  public static class Items {
    final AtomicInteger calls = new AtomicInteger();

    @Cacheable("item")
    public Item item(long id) {
      calls.incrementAndGet();
      return new Item(
          id, "item " + id, new BigDecimal("1.50"), OffsetDateTime.parse("2026-01-31T10:00+05:30"));
    }

    @Cacheable("names#30m")
    public List<String> names(String prefix) {
      return List.of(prefix);
    }

    @Cacheable("item")
    public Optional<Item> maybe(long id) {
      return Optional.of(item(id));
    }

    @Cacheable("later")
    public CompletableFuture<Item> later(long id) {
      return CompletableFuture.completedFuture(item(id));
    }

    @CacheEvict("item")
    public void changed(long id) {}
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  public static class Application {
    @Bean
    Items items() {
      return new Items();
    }
  }

  @Configuration(proxyBeanMethods = false)
  public static class WithoutCaching {
    @Bean
    Items items() {
      return new Items();
    }
  }

  /** A store without a server. */
  @Configuration(proxyBeanMethods = false)
  public static class InMemory {
    @Bean
    CacheStore store() {
      return new InMemoryCacheStore();
    }
  }

  /** A key without a text of its own. */
  public static final class Sku {
    final String code;

    public Sku(String code) {
      this.code = code;
    }
  }

  public static class Parts {
    private final AtomicInteger calls = new AtomicInteger();

    public int calls() {
      return calls.get();
    }

    @Cacheable("part")
    public String part(Sku sku) {
      calls.incrementAndGet();
      return "part " + sku.code;
    }

    @Cacheable("parts")
    public List<String> parts(Pageable page) {
      calls.incrementAndGet();
      return List.of("page " + page.getPageNumber());
    }
  }

  public static class Disagreeing {
    @Cacheable("thing")
    public Item one(long id) {
      return new Item(id, "item", BigDecimal.ONE, OffsetDateTime.parse("2026-01-31T10:00Z"));
    }

    @Cacheable("thing")
    public String other(long id) {
      return "" + id;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  public static class Conflict {
    @Bean
    Disagreeing disagreeing() {
      return new Disagreeing();
    }
  }

  public static class Unreadable {
    private final String name;

    Unreadable(String name, int length) {
      this.name = name.substring(0, length);
    }

    Unreadable(String name, String more) {
      this.name = name + more;
    }

    public String getName() {
      return name;
    }
  }

  public static class Bad {
    @Cacheable("bad")
    public Unreadable bad(long id) {
      return new Unreadable("x", "" + id);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  public static class ThatNoneCanRead {
    @Bean
    Bad bad() {
      return new Bad();
    }
  }
}
