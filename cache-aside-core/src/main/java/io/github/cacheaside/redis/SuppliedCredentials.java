package io.github.cacheaside.redis;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Credentials from a supplier that may block: fetched by one thread, shared by all connections that
 * are made at about the same time, and renewed every so often from the first use on. Connections
 * that stand are told of new ones. Nothing of them is logged, nor what the supplier throws.
 *
 * <p>Only callers of {@link #known} wait for the supplier: the client waits for a provider on the
 * thread that connects, were it only to print a URI. So it gets what was fetched last, at once. If
 * that is more than a second old, new ones are fetched meanwhile: of these the connection is told,
 * or the next attempt makes use of them if Redis refuses the old ones.
 */
final class SuppliedCredentials implements RedisCredentialsProvider, AutoCloseable {
  private static final Logger LOG = Failures.LOG;

  /** How long an answer is shared: 1 second. A client reconnects no more often than that. */
  private static final long SHARED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long FIRST_RETRY_MILLIS = 1_000;
  private static final long LAST_RETRY_MILLIS = 60_000;

  private final Supplier<RedisCredentials> fetch;
  private final long renewMillis;
  private final ScheduledThreadPoolExecutor thread;
  private final Sinks.Many<RedisCredentials> news = Sinks.many().replay().latest();

  // guarded by this, which is not held while anything is fetched or told
  private @Nullable CompletableFuture<RedisCredentials> latest;
  private @Nullable RedisCredentials good;
  private long fetchedAt;
  private @Nullable Future<?> renewal;
  private long retryMillis = FIRST_RETRY_MILLIS;

  SuppliedCredentials(Supplier<RedisCredentials> fetch, Duration renewEvery) {
    this.fetch = fetch;
    this.renewMillis = renewEvery.toMillis();
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread daemon = new Thread(null, task, "cache-aside-credentials", 0, false);
              daemon.setDaemon(true);
              return daemon;
            });
    thread.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Mono<RedisCredentials> resolveCredentials() {
    return Mono.defer(() -> Mono.fromFuture(current(), true));
  }

  /** Ends when there are credentials, or when fetching the first ones has failed. */
  CompletionStage<RedisCredentials> known() {
    return current();
  }

  /** What was fetched last, done if anything was. */
  private synchronized CompletableFuture<RedisCredentials> current() {
    CompletableFuture<RedisCredentials> fresh = shared();
    return good == null ? fresh : CompletableFuture.completedFuture(good);
  }

  @Override
  public boolean supportsStreaming() {
    return true;
  }

  @Override
  public Flux<RedisCredentials> credentials() {
    return news.asFlux();
  }

  /** The answer that is under way or less than a second old, else a new one. */
  private synchronized CompletableFuture<RedisCredentials> shared() {
    CompletableFuture<RedisCredentials> known = latest;
    boolean young = System.nanoTime() - fetchedAt < SHARED_NANOS;
    if (known != null && (!known.isDone() || young)) {
      return known;
    }
    return fetchSoon();
  }

  private synchronized CompletableFuture<RedisCredentials> fetchSoon() {
    CompletableFuture<RedisCredentials> next = new CompletableFuture<>();
    latest = next;
    fetchedAt = System.nanoTime();
    try {
      thread.execute(() -> fetchInto(next));
    } catch (RejectedExecutionException e) { // closed meanwhile
      next.completeExceptionally(new IllegalStateException("the store is closed", e));
    }
    return next;
  }

  private void fetchInto(CompletableFuture<RedisCredentials> next) {
    try {
      RedisCredentials fetched = Objects.requireNonNull(fetch.get(), "credentials");
      fetched(fetched);
      next.complete(fetched);
      news.tryEmitNext(fetched);
    } catch (Throwable e) { // an Error too: waiting callers are told, and it is tried again
      fetched(null);
      // neither its message nor itself: it may quote a secret
      String what = "the credentials for Redis can't be fetched: " + e.getClass().getName();
      if (!thread.isShutdown()) { // else it was interrupted
        LOG.warn("{}", what);
      }
      next.completeExceptionally(new NotFetchedException(what));
    }
  }

  private synchronized void fetched(@Nullable RedisCredentials fetched) {
    boolean well = fetched != null;
    good = well ? fetched : good;
    fetchedAt = System.nanoTime();
    long pause = well ? renewMillis : Math.min(retryMillis, renewMillis);
    retryMillis = well ? FIRST_RETRY_MILLIS : Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
    if (renewal != null) {
      renewal.cancel(false);
    }
    try {
      renewal = thread.schedule(this::renew, pause, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      renewal = null;
    }
  }

  private synchronized void renew() {
    if (latest == null || latest.isDone()) {
      CompletableFuture<RedisCredentials> unused = fetchSoon();
    }
  }

  @Override
  public void close() {
    thread.shutdown(); // what is asked for from now on fails
    CompletableFuture<RedisCredentials> awaited;
    synchronized (this) {
      awaited = latest;
    }
    if (awaited != null) {
      awaited.completeExceptionally(new IllegalStateException("the store is closed"));
    }
    thread.shutdownNow(); // only now, or it could be told that its fetching was interrupted
    news.tryEmitComplete();
  }

  /** Says which class of exception it was, and no more. */
  static final class NotFetchedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NotFetchedException(String message) {
      super(message);
    }
  }
}
