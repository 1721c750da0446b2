package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A loader's own runtime exceptions may pass as they are; all else is wrapped. */
final class LoadExceptionsTest extends CacheTest {
  private static final class DataAccessException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final DataAccessException down = new DataAccessException();

  private CacheAsideBuilder<Object, Planet> unwrapped() {
    return builder(new InMemoryCacheStore()).loadExceptions(LoadExceptions.UNWRAPPED);
  }

  private CacheLoader<Long, Planet> throwing(Throwable failure) {
    return id -> {
      if (id == 1) {
        return table.load(id);
      }
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    };
  }

  private static List<ThrowingCallable> blocking(CacheAside<Long, Planet> cache) {
    return List.of(
        () -> cache.get(2L),
        () -> cache.read(2L),
        () -> cache.getAll(List.of(1L, 2L, 3L)),
        () -> cache.readAll(List.of(1L, 2L)).orElseThrow());
  }

  private static List<ThrowingCallable> asynchronous(CacheAside<Long, Planet> cache) {
    return List.of(
        () -> cache.async().get(2L).join(),
        () -> cache.async().read(2L).join(),
        () -> cache.async().getAll(List.of(1L, 2L)).join());
  }

  @Test
  void runtimeExceptionsPassAsTheyAre() {
    CacheAside<Long, Planet> cache = unwrapped().build(throwing(down));
    for (ThrowingCallable read : blocking(cache)) {
      assertThatThrownBy(read).isSameAs(down);
    }
    for (ThrowingCallable read : asynchronous(cache)) {
      assertThatThrownBy(read).isInstanceOf(CompletionException.class).cause().isSameAs(down);
    }
    assertThat(cache.readAll(List.of(1L, 2L)).failures().get(2L)).isSameAs(down);
    assertThat(cache.async().readAll(List.of(1L, 2L)).join().failures().get(2L)).isSameAs(down);
    assertThat(down.getSuppressed()).isEmpty();
  }

  @Test
  void everythingElseOfTheLoaderIsWrapped() {
    for (Throwable failure : List.of(new IOException("down"), new NoSuchMethodError())) {
      CacheAside<Long, Planet> cache = unwrapped().build(throwing(failure));
      for (ThrowingCallable read : blocking(cache)) {
        assertThatThrownBy(read).isInstanceOf(CacheLoadException.class).hasCause(failure);
      }
      for (ThrowingCallable read : asynchronous(cache)) {
        assertThatThrownBy(read).cause().isInstanceOf(CacheLoadException.class).hasCause(failure);
      }
    }
  }

  @Test
  void byDefaultAllIsWrapped() {
    CacheAside<Long, Planet> cache = builder(new InMemoryCacheStore()).build(throwing(down));
    for (ThrowingCallable read : blocking(cache)) {
      assertThatThrownBy(read).isInstanceOf(CacheLoadException.class).hasCause(down);
    }
    for (ThrowingCallable read : asynchronous(cache)) {
      assertThatThrownBy(read).cause().isInstanceOf(CacheLoadException.class).hasCause(down);
    }
  }

  @Test
  void whatIsNoneOfTheLoadersIsWrapped() throws Exception {
    CountDownLatch mayReturn = new CountDownLatch(1);
    CacheAside<Long, Planet> slow =
        unwrapped()
            .executor(threads)
            .loadTimeout(Duration.ofMillis(20))
            .build(
                id -> {
                  mayReturn.await();
                  return null;
                });
    assertThatThrownBy(() -> slow.get(1L))
        .isInstanceOf(CacheLoadException.class)
        .hasCauseInstanceOf(TimeoutException.class);
    mayReturn.countDown();
    CacheAside<Long, Planet> full =
        unwrapped()
            .loadTimeout(Duration.ofMinutes(1))
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .build(table);
    assertThatThrownBy(() -> full.get(1L))
        .isInstanceOf(CacheLoadException.class)
        .hasCauseInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void partOfABulkLoad() {
    IOException lost = new IOException("lost");
    CacheAside<Long, Planet> cache =
        unwrapped()
            .build(
                CacheLoader.of(
                    throwing(down),
                    ids -> {
                      throw new PartialLoadException(Map.of(), Map.of(2L, lost, 3L, down));
                    }));
    Reads<Long, Planet> reads = cache.readAll(List.of(1L, 2L, 3L));
    assertThat(reads.failures().get(2L)).isInstanceOf(CacheLoadException.class).hasCause(lost);
    assertThat(reads.failures().get(3L)).isSameAs(down);
    assertThatThrownBy(reads::orElseThrow).isSameAs(down);
    assertThatThrownBy(() -> cache.getAll(List.of(2L, 3L))).isSameAs(down);
  }
}
