package io.github.cacheaside.boot.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.Outcome;
import io.github.cacheaside.testkit.RedisServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A request of a web application has one EntityManager from its first query to its last byte, as
 * Boot has it by default. Another thread writes the row between the request's own read and its read
 * through the cache, every time: what is loaded must be the new row.
 */
@Tag("long")
final class OpenInViewTest extends HotRowsCase {
  private static final int ROUNDS = 50;

  /** How many pages showed a version older than that which was committed before their read. */
  private static int stalePages(ConfigurableApplicationContext application, String page)
      throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    String port = application.getEnvironment().getRequiredProperty("local.server.port");
    int stale = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (long id : ROWS) {
        URI uri = URI.create("http://localhost:" + port + "/" + page + "/" + id);
        HttpResponse<String> answer =
            client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        stale += Long.parseLong(answer.body()) < versionOf(id) ? 1 : 0;
      }
    }
    return stale;
  }

  @ParameterizedTest
  @ValueSource(strings = {"view", "sync", "transaction"})
  void noPageIsStale(String page, RedisServer redis) throws Exception {
    try (ConfigurableApplicationContext application = start(redis, Map.of())) {
      assertThat(stalePages(application, page)).isZero();
    }
  }

  /**
   * The twins: without isolated loads, and Spring's own cache. Else the test above shows nothing.
   */
  @ParameterizedTest
  @CsvSource({
    "view, cache-aside.transactions, ignored",
    "sync, cache-aside.transactions, ignored",
    "transaction, cache-aside.transactions, ignored",
    "view, spring.cache.type, simple"
  })
  void withoutIsolation_pagesAreStale(String page, String property, String value, RedisServer redis)
      throws Exception {
    try (ConfigurableApplicationContext application = start(redis, Map.of(property, value))) {
      assertThat(stalePages(application, page)).isPositive();
    }
  }

  @Test
  void itsOwnChangesAreSeen_beforeTheyAreFlushed(RedisServer redis) {
    try (ConfigurableApplicationContext application = start(redis, Map.of())) {
      HotRows.Service service = application.getBean(HotRows.Service.class);
      long before = service.find(1).version();
      new TransactionTemplate(application.getBean(PlatformTransactionManager.class))
          .executeWithoutResult(
              status -> {
                service.write(1);
                assertThat(service.find(1).version()).isEqualTo(before + 1);
                status.setRollbackOnly();
              });
      assertThat(service.find(1).version()).isEqualTo(before);
    }
  }

  @Test
  void whatAnEntityListenerEvicts_isFencedBeforeTheCommit(RedisServer redis) {
    try (ConfigurableApplicationContext application = start(redis, Map.of())) {
      HotRows.Service service = application.getBean(HotRows.Service.class);
      long before = service.heard(2);
      service.writeHeard(2);
      assertThat(HotRows.Evicting.afterwards()).isEqualTo(Outcome.BYPASSED);
      assertThat(service.heard(2)).isEqualTo(before + 1);
    }
  }
}
