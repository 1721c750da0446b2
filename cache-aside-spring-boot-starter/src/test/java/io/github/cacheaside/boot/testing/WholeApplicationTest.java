package io.github.cacheaside.boot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.testkit.TestServers;
import io.github.cacheaside.testkit.spring.CacheAsideTest;
import io.lettuce.core.RedisClient;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

// docs: test
@SpringBootTest(
    classes = Counters.Application.class,
    properties = "spring.autoconfigure.exclude=" + WholeApplicationTest.WITHOUT_DATABASE)
@CacheAsideTest
class WholeApplicationTest {
  // docs: end
  static final String WITHOUT_DATABASE =
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,"
          + "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration,"
          + "org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration";

  private static final Set<Integer> seen = new HashSet<>();

  @Autowired private Counters counters;
  @Autowired private CacheAsideCacheManager caches;
  @Autowired private RedisCacheStore store;

  @RepeatedTest(3)
  void eachTestBeginsWithEmptyCaches() {
    int first = counters.next("name");
    assertThat(counters.next("name")).as("cached within a test").isEqualTo(first);
    assertThat(seen.add(first)).as("not what another test has cached").isTrue();
  }

  @Test
  void itIsARealRedis_andANamespaceOfItsOwn() {
    counters.next("here");
    CacheAside<Object, Object> cache = caches.cacheAside("counter");
    assertThat(cache.namespace()).startsWith("test-").hasSizeGreaterThan(20);
    RedisClient client = RedisClient.create(TestServers.redis().uri());
    try (var connection = client.connect()) {
      List<String> keys = connection.sync().keys("*" + cache.namespace() + "*");
      assertThat(keys).isNotEmpty();
    } finally {
      client.shutdown();
    }
    assertThat(store.isClosed()).isFalse();
  }
}
