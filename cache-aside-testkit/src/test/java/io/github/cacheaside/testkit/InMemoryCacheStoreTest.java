package io.github.cacheaside.testkit;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.contract.CacheStoreContract;
import java.time.Duration;
import java.time.Instant;

final class InMemoryCacheStoreTest extends CacheStoreContract {
  private Instant now = Instant.EPOCH;
  private final InMemoryCacheStore store = new InMemoryCacheStore(() -> now);

  @Override
  protected CacheStore store() {
    return store;
  }

  @Override
  protected void elapse(Duration time) {
    now = now.plus(time);
  }
}
