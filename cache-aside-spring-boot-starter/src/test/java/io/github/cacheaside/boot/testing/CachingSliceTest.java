package io.github.cacheaside.boot.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.testkit.spring.CacheAsideTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.cache.CacheManager;
import org.springframework.test.context.ContextConfiguration;

/** A slice that asks for a cache has it; its tests are transactions that are rolled back. */
@DataJpaTest
@CacheAsideTest
@ContextConfiguration(classes = Counters.Application.class)
class CachingSliceTest {
  @Autowired private CacheManager caches;
  @Autowired private Counters counters;

  @Test
  void whatMethodsAnswerIsCached() {
    assertThat(caches).isInstanceOf(CacheAsideCacheManager.class);
    assertThat(counters.next("name")).isEqualTo(counters.next("name"));
  }
}
