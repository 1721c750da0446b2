package io.github.cacheaside.boot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.cache.test.autoconfigure.AutoConfigureCache;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.cache.CacheManager;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.test.context.ContextConfiguration;

/** What Boot switches off for a test is off: {@code AutoConfigureCache} says so by default. */
@DataJpaTest
@AutoConfigureCache
@ContextConfiguration(classes = Counters.Application.class)
class SliceTest {
  @Autowired private CacheManager caches;
  @Autowired private Counters counters;

  @Test
  void nothingIsCached() {
    assertThat(caches).isInstanceOf(NoOpCacheManager.class);
    assertThat(counters.next("name")).isNotEqualTo(counters.next("name"));
  }
}
