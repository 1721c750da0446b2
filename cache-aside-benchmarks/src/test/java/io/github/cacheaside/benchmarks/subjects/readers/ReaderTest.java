package io.github.cacheaside.benchmarks.subjects.readers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What all readers share. */
final class ReaderTest {
  @Test
  void chunksHaveEveryKeyOnce() {
    assertThat(new Reader.Data(2_500, 1).chunks().stream().flatMap(some -> some.stream()))
        .hasSize(2_500)
        .doesNotHaveDuplicates()
        .contains(0L, 999L, 1_000L, 2_499L);
  }
}
