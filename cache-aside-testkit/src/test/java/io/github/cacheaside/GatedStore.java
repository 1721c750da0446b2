package io.github.cacheaside;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store whose operations happen when the {@link Stage} lets them pass.
 *
 * <p>A cache that finds somebody else loading looks again after pauses, without end. Looking again
 * at a key that has not changed answers the same and changes nothing, so such a look is a step only
 * once some other operation has passed. The pause itself is a real one; the stage waits for its end
 * when the look is chosen, and only then.
 */
final class GatedStore implements CacheStore {

  /** How many operations have passed that may have changed something, in all JVMs of a play. */
  static final class Changes {
    private long count;
  }

  /** A look after a pause: expected first, asked for when the pause is over. */
  private static final class Poll {
    private @Nullable Runnable look;
  }

  private final CacheStore store;
  private final String jvm;
  private final Stage stage;
  private final Changes changes;
  private final Deque<Poll> expected = new ArrayDeque<>();
  private BooleanSupplier idle = () -> true;
  private boolean starting;
  private boolean losesReply;
  private boolean leaseUnderWay;

  GatedStore(CacheStore store, String jvm, Stage stage, Changes changes) {
    this.store = store;
    this.jvm = jvm;
    this.stage = stage;
    this.changes = changes;
  }

  /** Tells how to find out that no flight is running in this JVM, so that a reader leads one. */
  void idleIf(BooleanSupplier noFlight) {
    this.idle = noFlight;
  }

  /** Loses the reply to the next lease, which arrives at the store some time or other. */
  void loseReply() {
    losesReply = true;
  }

  /** Starts a read; its look passes at once if the grain allows. */
  <T> T starting(Supplier<T> read) {
    starting = true;
    T started = read.get();
    starting = false;
    stage.passLast();
    return started;
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    CompletableFuture<Lookup> answer = new CompletableFuture<>();
    boolean first = starting;
    Runnable look = () -> reply(answer, get(store.lookup(key)), first);
    if (first) {
      stage.mark(jvm + " looks", look);
    } else {
      expected.remove().look = look;
    }
    return answer;
  }

  @Override
  public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
    CompletableFuture<Lookup> answer = new CompletableFuture<>();
    if (losesReply) {
      losesReply = false;
      return lostLease(answer, () -> store.lease(key, token, lease));
    }
    stage.mark(
        jvm + " leases",
        () -> {
          changes.count++;
          reply(answer, get(store.lease(key, token, lease)), false);
        });
    return answer;
  }

  /** What a connection sends later arrives later. */
  private CompletionStage<Lookup> lostLease(
      CompletableFuture<Lookup> answer, Supplier<CompletionStage<Lookup>> lease) {
    leaseUnderWay = true;
    stage.mark(jvm + " gives its lease up", () -> reply(answer, Lookup.UNAVAILABLE, false));
    stage.mark(
        jvm + " leases late",
        () -> {
          changes.count++;
          leaseUnderWay = false;
          get(lease.get());
        });
    return answer;
  }

  private void reply(CompletableFuture<Lookup> answer, Lookup found, boolean first) {
    boolean loads =
        found instanceof Lookup.Granted
            || found instanceof Lookup.Writing
            || found instanceof Lookup.Unavailable;
    long seen = changes.count;
    stage.answer(
        jvm, loads, task -> continued(task, found, first, seen), () -> answer.complete(found));
  }

  /** What a reader does with an answer, and whether it then waits to look again. */
  private Runnable continued(Runnable task, Lookup found, boolean first, long seen) {
    return () -> {
      boolean waits = found instanceof Lookup.Loading && (!first || idle.getAsBoolean());
      if (waits) {
        expectPoll(seen);
      }
      task.run();
    };
  }

  private void expectPoll(long seen) {
    Poll poll = new Poll();
    expected.add(poll);
    stage.mark(
        jvm + " looks again",
        () -> changes.count > seen,
        () -> {
          Runnable look = poll.look;
          while (look == null) {
            stage.endPause();
            look = poll.look;
          }
          look.run();
        });
  }

  private <T> CompletionStage<T> hold(String what, Supplier<CompletionStage<T>> operation) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    stage.mark(
        jvm + " " + what,
        () -> !leaseUnderWay,
        () -> {
          changes.count++;
          answer.complete(get(operation.get()));
        });
    return answer;
  }

  private static <T> T get(CompletionStage<T> answer) {
    return answer.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Override
  public Coherence coherence() {
    return store.coherence();
  }

  @Override
  public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
    return hold("renews", () -> store.renew(key, token, lease));
  }

  @Override
  public CompletionStage<Boolean> fill(
      String key, LeaseToken token, StoredValue value, Duration ttl) {
    return hold("fills", () -> store.fill(key, token, value, ttl));
  }

  @Override
  public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
    return hold("abandons", () -> store.abandon(key, token));
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    return hold("puts", () -> store.put(key, value, ttl));
  }

  @Override
  public CompletionStage<Boolean> drop(String key) {
    return hold("drops", () -> store.drop(key));
  }

  @Override
  public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
    return hold("marks", () -> store.intent(key, token, ttl));
  }

  @Override
  public CompletionStage<Boolean> release(String key, LeaseToken token) {
    return hold("releases", () -> store.release(key, token));
  }

  @Override
  public void close() {}
}
