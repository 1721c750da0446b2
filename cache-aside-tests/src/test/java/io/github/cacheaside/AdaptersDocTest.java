package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The code in {@code docs/adapters.md} is the code here, and works. */
final class AdaptersDocTest {
  private static final Pattern BLOCK = Pattern.compile("(?s)```java\n(.*?)```");

  private final InMemoryCacheStore store = new InMemoryCacheStore();

  private static final class ByLoader {
    private final CacheAside<String, String> cache;

    ByLoader(CacheAsideBuilder<Object, String> builder) {
      CacheAside<String, String> cache = builder.build();

      this.cache = cache;
    }

    Optional<String> get(String key, Callable<String> valueLoader) {
      return cache.get(key, any -> valueLoader.call());
    }
  }

  private static final class ByTicket {
    private final CacheAside<String, String> cache;
    private final Map<String, Ticket<String>> tickets = new HashMap<>(); // of one session

    ByTicket(CacheAside<String, String> cache) {
      this.cache = cache;
    }

    private static void forget(@Nullable Ticket<String> ticket) {
      if (ticket != null) {
        ticket.close();
      }
    }

    @Nullable String get(String key) {
      Ticket<String> ticket = cache.ticket(key);
      if (ticket.found().isCached()) {
        return ticket.found().toOptional().orElse(null);
      }
      forget(tickets.put(key, ticket)); // the framework reads the database now
      return null;
    }

    void put(String key, String value) {
      Ticket<String> ticket = tickets.remove(key);
      if (ticket != null) {
        ticket.fill(value); // refused if an invalidation or a write came in between
      }
    }

    void rollback() { // nothing will be put: waiting readers go on
      tickets.values().forEach(Ticket::close);
      tickets.clear();
    }
  }

  /** A page and its version. */
  record Page(String etag, String text) {}

  private record Reply(boolean notModified, @Nullable Page body) {
    Page page() {
      return Objects.requireNonNull(body);
    }
  }

  private static final class Http {
    private Page page = new Page("1", "text");
    private int transfers;

    Reply get(String url, @Nullable String etag) {
      boolean same = url.isEmpty() || page.etag().equals(etag);
      transfers += same ? 0 : 1;
      return new Reply(same, same ? null : page);
    }
  }

  private static CacheAside<String, Page> conditional(
      CacheAsideBuilder<Object, Page> builder, Http http) {
    CacheAside<String, Page> pages =
        builder.buildConditional(
            (url, old) -> {
              Reply reply = http.get(url, old == null ? null : old.etag());
              return reply.notModified() ? Loaded.unchanged() : Loaded.of(reply.page());
            });
    return pages;
  }

  private CacheAsideBuilder<Object, String> texts() {
    return CacheAside.builder(store, "texts", Serializer.json(String.class));
  }

  @Test
  void theCodeOfThePage_isThis() throws Exception {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base"));
    String here =
        Files.readString(
            root.resolve(
                "cache-aside-tests/src/test/java/io/github/cacheaside/AdaptersDocTest.java"));
    var blocks = BLOCK.matcher(Files.readString(root.resolve("docs/adapters.md"))).results();
    assertThat(blocks.map(block -> block.group(1).split("\n\n")))
        .hasSize(3)
        .allSatisfy(
            block -> {
              for (String part : block) {
                assertThat(here.replaceAll("(?m)^ +", ""))
                    .contains(part.replaceAll("(?m)^ +", "").strip());
              }
            });
  }

  @Test
  void withALoader() {
    ByLoader adapter = new ByLoader(texts());
    assertThat(adapter.get("a", () -> "loaded")).contains("loaded");
    assertThat(adapter.get("a", () -> "again")).contains("loaded");
  }

  @Test
  void withTickets() {
    CacheAside<String, String> cache = texts().build();
    ByTicket adapter = new ByTicket(cache);
    assertThat(adapter.get("a")).isNull();
    adapter.put("a", "read");
    assertThat(adapter.get("a")).isEqualTo("read");
    adapter.put("a", "without a ticket");
    assertThat(adapter.get("a")).isEqualTo("read");
    assertThat(adapter.get("b")).isNull();
    cache.invalidate("b");
    adapter.put("b", "old");
    assertThat(cache.look("b").isCached()).isFalse();
    assertThat(adapter.get("b")).isNull();
    adapter.rollback();
    assertThat(cache.ticket("b").mayFill()).isTrue();
  }

  @Test
  void withVersions() {
    Http http = new Http();
    CacheAside<String, Page> pages =
        conditional(CacheAside.builder(store, "pages", Serializer.json(Page.class)), http);
    pages.get("/");
    pages.softInvalidate("/", Duration.ofMinutes(1));
    assertThat(pages.read("/").outcome()).isEqualTo(Outcome.LOADED);
    assertThat(http.transfers).isEqualTo(1);
    http.page = new Page("2", "new");
    assertThat(pages.refresh("/").value()).isEqualTo(http.page);
    assertThat(http.transfers).isEqualTo(2);
  }
}
