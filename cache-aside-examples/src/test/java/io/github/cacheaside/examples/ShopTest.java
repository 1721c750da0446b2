package io.github.cacheaside.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.examples.shop.Shop;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The shop, with few rows and no time: each page is opened, and the sums are right. */
@WithServers
class ShopTest {
  @Test
  void opensEachPage_byEachWay(RedisServer redis, DatabaseServer database) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (DatabaseServer schema = database.createDatabase("shop");
        RedisCacheStore store = RedisCacheStore.connect(redis.uri())) {
      new Shop(
              store,
              schema.dataSource(),
              Duration.ofSeconds(10),
              400,
              Duration.ZERO,
              new PrintStream(printed, true, UTF_8))
          .run();
    }
    assertThat(printed.toString(UTF_8))
        .contains("A shop with 10 films:", "  400 of 400 rentals")
        .containsPattern("database +list +2 ")
        .containsPattern("database +search +2 ")
        .containsPattern("SqlCache +detail +2 ")
        .containsPattern("SqlCache +#+ ")
        .containsPattern("DataSource +list +2 ")
        .containsPattern("DataSource +#+ ")
        .containsPattern(
            "Rented meanwhile: \\d+ films; new prices: \\d+; pages from the cache: \\d+");
  }
}
