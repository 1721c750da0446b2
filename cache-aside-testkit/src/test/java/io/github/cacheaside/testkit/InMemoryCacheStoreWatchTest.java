package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.contract.CacheStoreWatchContract;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class InMemoryCacheStoreWatchTest extends CacheStoreWatchContract {
  private final InMemoryCacheStore store = new InMemoryCacheStore();

  @Override
  protected CacheStore store() {
    return store;
  }

  private CompletionStage<Void> watched() {
    store.lease("key", new LeaseToken(1, 1), Duration.ofMinutes(1));
    return store.watch("key").orElseThrow();
  }

  @Test
  void clearingIsTold() {
    CompletionStage<Void> ended = watched();
    store.clear();
    assertThat(ended).isCompleted();
  }

  @Test
  void anOutageEndsWatches_andAllowsNone() {
    CompletionStage<Void> ended = watched();
    store.failWith(new IllegalStateException("out of reach"));
    assertThat(ended).isCompleted();
    assertThat(store.watch("key")).isEmpty();
  }
}
