package io.github.cacheaside.benchmarks.subjects.annotated;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AnnotatedSubjectTest {
  private static final long KEY = 7;

  /** A database in which something happens right before each commit. */
  private static final class Watched implements Database {
    private final MemoryDatabase rows = new MemoryDatabase(10);
    private final AtomicInteger reads = new AtomicInteger();
    private Runnable beforeCommit = () -> {};

    @Override
    public @Nullable Row read(long key) {
      reads.incrementAndGet();
      return rows.read(key);
    }

    @Override
    public long write(long key, BeforeCommit hook) {
      beforeCommit.run();
      return rows.write(key, hook);
    }

    @Override
    public void close() {}
  }

  private final Watched database = new Watched();

  private Subject open(String name, RedisServer redis) {
    return AnnotatedSubject.open(
        name,
        new Subject.Environment(
            redis.uri(),
            database,
            () -> Duration.ofMinutes(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            new Writes(database, 0, what -> {})));
  }

  static Stream<String> names() {
    return AnnotatedSubject.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  @Timeout(60)
  void readsItsWrites_andThenTheCache(String name) throws Exception {
    try (RedisServer redis = TestServers.newRedis();
        Subject subject = open(name, redis)) {
      long before = subject.get(KEY);
      assertThat(subject.write(KEY)).isEqualTo(before + 1);
      int reads;
      do { // a read does not wait for its fill
        reads = database.reads.get();
        assertThat(subject.get(KEY)).isEqualTo(before + 1);
      } while (database.reads.get() > reads);
    }
  }

  /** What a read answers after a write, if another reader has read right before the commit. */
  private long afterAReaderBeforeTheCommit(String name) throws Exception {
    try (RedisServer redis = TestServers.newRedis();
        Subject subject = open(name, redis)) {
      long before = subject.get(KEY);
      database.beforeCommit =
          () ->
              assertThat(CompletableFuture.supplyAsync(() -> get(subject)).join())
                  .isEqualTo(before);
      subject.write(KEY);
      return subject.get(KEY) - before;
    }
  }

  private static long get(Subject subject) {
    try {
      return subject.get(KEY);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aReaderBeforeTheCommit_cachesNothingOld_butWithoutTransactionsItDoes() throws Exception {
    assertThat(afterAReaderBeforeTheCommit(AnnotatedSubject.OURS)).isEqualTo(1);
    assertThat(afterAReaderBeforeTheCommit(AnnotatedSubject.IGNORED)).isZero();
  }
}
