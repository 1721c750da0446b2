package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.engine.base.LoadFailures;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The failures of many keys in one exception. */
final class CacheLoadExceptionTest {
  private final CacheLoadException refused = new CacheLoadRefusedException("no place");

  @Test
  void refusalsAloneAreARefusal() {
    assertThat(LoadFailures.sum("planet", 3, List.of(refused, refused)))
        .isInstanceOf(CacheLoadRefusedException.class)
        .hasMessage("loading 2 of 3 values of planet was refused");
  }

  @Test
  void aRefusalAmongFailuresIsToldToo() {
    Exception database = new Exception("database");
    CacheLoadException failed = new CacheLoadException("failed", database);
    for (List<CacheLoadException> both :
        List.of(List.of(failed, refused), List.of(refused, failed))) {
      CacheLoadException sum = LoadFailures.sum("planet", 3, both);
      assertThat(sum).isNotInstanceOf(CacheLoadRefusedException.class);
      assertThat(Stream.of(sum.getCause(), sum.getSuppressed()[0]))
          .containsExactlyInAnyOrder(database, refused);
    }
  }
}
