package io.github.cacheaside.benchmarks.subjects.readers;

import io.github.cacheaside.benchmarks.servers.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;

/** One way to read what is cached, put to the test for its speed. Thread-safe. */
public interface Reader extends AutoCloseable {
  /** How the address of a cluster begins; the nodes follow, with commas between them. */
  String CLUSTER = "redis-cluster://";

  /** How many keys it usually has cached, from 0. */
  int KEYS = 1_000;

  /**
   * What a reader has cached: keys from 0.
   *
   * @param keys how many
   * @param text how long the text of each value is
   */
  record Data(int keys, int text) {
    private static final int CHUNK = 1_000;

    static final Data USUAL = new Data(KEYS, 200);

    public Row row(long key) {
      return new Row(key, 1, "x".repeat(text));
    }

    /**
     * All keys, some at a time: so many that a pipeline pays, so few that memory does not matter.
     */
    public List<List<Long>> chunks() {
      List<List<Long>> chunks = new ArrayList<>();
      for (long from = 0; from < keys; from += CHUNK) {
        chunks.add(LongStream.range(from, Math.min(from + CHUNK, keys)).boxed().toList());
      }
      return chunks;
    }
  }

  /** Reads a cached value; never null. */
  Row read(long key) throws Exception;

  /** Reads a cached value while no thread waits for it. */
  default CompletionStage<Row> readAsync(long key) {
    throw new UnsupportedOperationException("has no asynchronous read");
  }

  /** Reads cached values, all at once. */
  default Collection<Row> readAll(List<Long> keys) throws Exception {
    throw new UnsupportedOperationException("has no bulk read");
  }

  @Override
  void close();
}
