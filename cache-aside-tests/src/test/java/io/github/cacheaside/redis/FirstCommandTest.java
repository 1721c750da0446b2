package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.RedisSentinels;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisURI;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A store that has been opened takes commands, also where threads have to wait for processors. */
final class FirstCommandTest {
  private static final int CONNECTIONS = 150;
  private static final int BUSY_THREADS = 4;

  private volatile boolean over;

  @Test
  void withCredentials_theFirstCommandIsTakenToo() throws Exception {
    // of a hundred such connections some eight were not ready, when nobody waited for it
    try (RedisServer redis = TestServers.newRedis("user app on >password ~* +@all")) {
      String uri = redis.uri().replace("redis://", "redis://app:password@");
      amongBusyThreads(() -> RedisCacheStore.connect(uri));
    }
  }

  @Test
  void withCredentialsForTheSentinels_theFirstQuestionToThemToo() throws Exception {
    // of a hundred some seventeen were connected a second later only
    try (RedisSentinels all = TestServers.newRedisSentinels(1)) {
      RedisURI sentinel = RedisURI.create(all.sentinels().get(0).uri());
      AclRecipe.grant(RedisURI.create(all.primary().uri()), AclRecipe.rules("core"));
      AclRecipe.grant(sentinel, AclRecipe.rules("sentinel"));
      RedisURI uri =
          RedisURI.builder()
              .withSentinelMasterId(all.primaryName())
              .withSentinel(AclRecipe.as(sentinel))
              .withAuthentication(AclRecipe.USER, AclRecipe.PASSWORD)
              .build();
      amongBusyThreads(() -> RedisCacheStore.connect(uri));
    }
  }

  private void amongBusyThreads(Supplier<RedisCacheStore> connect) throws Exception {
    Stream<Thread> busy = IntStream.range(0, BUSY_THREADS).mapToObj(any -> new Thread(this::spin));
    try {
      busy.forEach(Thread::start);
      for (int i = 0; i < CONNECTIONS; i++) {
        try (RedisCacheStore store = connect.get()) {
          assertThat(store.lookup("shop/any").toCompletableFuture().get(20, TimeUnit.SECONDS))
              .isNotNull();
        }
      }
    } finally {
      over = true;
    }
  }

  private void spin() {
    while (!over) {
      Thread.onSpinWait();
    }
  }
}
