package io.github.cacheaside.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What time it is at Redis, without asking for it each time. Redis is asked now and then, when it
 * is asked for and the last answer is old; in between this JVM's monotonic clock counts on. So
 * neither what this machine takes for the time nor that it is set again matters. Half a round trip
 * is the error.
 *
 * <p>Before the first answer it is this machine's time, which may be wrong: the scripts have the
 * last word.
 */
final class StoreClock {
  /** How old an answer may be before Redis is asked again. */
  static final Duration VALID = Duration.ofSeconds(10);

  /** How long one question may be under way before another is asked. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** How long an answer that replaces another may have taken. */
  private static final Duration TOO_LONG = Duration.ofMillis(100);

  /**
   * An answer.
   *
   * @param offsetMillis Redis' time less that of the monotonic clock
   * @param at when it was measured, by the monotonic clock in ns
   */
  private record Measured(long offsetMillis, long at) {}

  /** The year 10889; beyond it a moment has no room in a header. */
  private static final long LATEST_SECOND = (1L << 48) / 1000;

  private final Supplier<CompletionStage<Long>> time;
  private final LongSupplier nanos;
  private final AtomicLong mayAskAt;
  private volatile @Nullable Measured last;

  StoreClock(RedisOperations redis) {
    this(
        () -> redis.call(RedisClusterAsyncCommands::time).thenApply(StoreClock::read),
        System::nanoTime);
  }

  /**
   * A clock.
   *
   * @param time asks for the time of the other side, in ms since 1970
   * @param nanos the monotonic clock of this side
   */
  StoreClock(Supplier<CompletionStage<Long>> time, LongSupplier nanos) {
    this.time = time;
    this.nanos = nanos;
    this.mayAskAt = new AtomicLong(nanos.getAsLong());
  }

  /** Seconds and microseconds. */
  private static long read(List<byte[]> answer) {
    long seconds = Long.parseLong(new String(answer.get(0), StandardCharsets.US_ASCII));
    long micros = Long.parseLong(new String(answer.get(1), StandardCharsets.US_ASCII));
    if (seconds < 0 || seconds > LATEST_SECOND || micros < 0 || micros >= 1_000_000) {
      throw new IllegalArgumentException("no time");
    }
    return seconds * 1000 + micros / 1000;
  }

  /** In ms since 1970. */
  long millis() {
    long now = nanos.getAsLong();
    Measured known = last;
    if (known == null || now - known.at() > VALID.toNanos()) {
      ask(now);
    }
    return known == null
        ? System.currentTimeMillis()
        : TimeUnit.NANOSECONDS.toMillis(now) + known.offsetMillis();
  }

  /** What is known may be wrong from now on: asks again at the next opportunity. */
  void forget() {
    Measured known = last;
    if (known != null) {
      last = new Measured(known.offsetMillis(), known.at() - VALID.toNanos());
    }
  }

  private void ask(long now) {
    long due = mayAskAt.get();
    if (now - due < 0 || !mayAskAt.compareAndSet(due, now + PATIENCE.toNanos())) {
      return;
    }
    try {
      time.get().thenAccept(answer -> learn(answer, now)).exceptionally(failure -> null);
    } catch (RuntimeException e) {
      return; // not connected; asked again in a while
    }
  }

  private void learn(long answer, long askedAt) {
    long now = nanos.getAsLong();
    if (last != null && now - askedAt > TOO_LONG.toNanos()) {
      return; // says less than what is known
    }
    long middle = TimeUnit.NANOSECONDS.toMillis(askedAt + (now - askedAt) / 2);
    last = new Measured(answer - middle, now);
  }
}
