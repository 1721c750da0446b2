package io.github.cacheaside.redis;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.redis.waiting.BusyWait;
import io.github.cacheaside.redis.waiting.VirtualThreads;
import io.github.cacheaside.redis.waiting.Wakefulness;
import io.github.cacheaside.spi.Lookup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One caller's wish to read one string. Becomes what is under the key. */
final class Get extends CompletableFuture<Lookup> {
  /** How often a caller among many lets others run before it sleeps: 8 times. */
  private static final int YIELDS = 8;

  /**
   * How often on a virtual thread: once. By then all others that could run have, and have added
   * their reads to the batch; and to put it to sleep costs no more than to let others run.
   */
  private static final int VIRTUAL_YIELDS = 1;

  private final byte[] key;
  private final Function<byte @Nullable [], Lookup> decoder;
  private final @Nullable Supplier<? extends CompletionStage<Lookup>> ifMissing;
  private byte @Nullable [] value;

  /**
   * The one that came before, while both wait; the one to answer after this, once both are sent.
   */
  @Nullable Get next;

  /** How many wait, this one included. */
  int depth;

  /** Whose it is, if it came alone. */
  @Nullable Lane lane;

  Get(byte[] key, Function<byte @Nullable [], Lookup> decoder) {
    this(key, decoder, null);
  }

  /** Where nothing is, it becomes the answer to what is started then. */
  Get(
      byte[] key,
      Function<byte @Nullable [], Lookup> decoder,
      @Nullable Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    this.key = key;
    this.decoder = decoder;
    this.ifMissing = ifMissing;
  }

  /** Whether a caller sleeps for it as soon as it is added: a blocking read, and nothing else. */
  boolean isAwaited() {
    return ifMissing != null;
  }

  byte[] key() {
    return key;
  }

  /** Keeps a part of a reply, which is worth nothing until the reply is complete. */
  void receive(byte @Nullable [] part) {
    value = ReplyLimit.isTooMuch(part) ? null : part; // as if nothing were there: a lease tells
  }

  void answer(@Nullable Throwable failure) {
    if (failure == null) {
      Lookup found = decoder.apply(value);
      if (ifMissing != null && found instanceof Lookup.Missing && !isDone()) {
        goOn(ifMissing);
      } else {
        complete(found);
      }
      return;
    }
    try {
      complete(Failures.undecodableIfWrongType(failure));
    } catch (CompletionException e) {
      completeExceptionally(Failures.safe(Failures.unwrap(e)));
    }
  }

  private void goOn(Supplier<? extends CompletionStage<Lookup>> next) {
    try {
      next.get()
          .whenComplete(
              (answer, failure) -> {
                if (failure == null) {
                  complete(answer);
                } else {
                  completeExceptionally(Failures.unwrap(failure));
                }
              });
    } catch (Throwable e) { // whatever it is, somebody waits
      completeExceptionally(e);
    }
  }

  /**
   * Waits. Among many callers the processors have others to run, and by the time they come back to
   * this one its reply is often there: then nobody has to put it to sleep and wake it, which costs
   * more than all the rest of a hit. Where few wait, see {@link BusyWait}. Nobody goes to sleep
   * with a read that was not sent.
   */
  @Override
  public Lookup get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    Lane sender = lane;
    if (sender == null || isDone()) {
      return super.get(timeout, unit);
    }
    long began = System.nanoTime();
    boolean quiet = sender.isQuiet();
    if (quiet) {
      sender.busyWait().poll(this, sender::reads);
    } else if (sender.isCrowded()) {
      letOthersRun();
    }
    try {
      return getOf(sender, timeout, unit);
    } finally {
      Wakefulness.SHARED.waited(began, System.nanoTime());
      if (quiet) {
        sender.busyWait().over();
      }
    }
  }

  private Lookup getOf(Lane sender, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (!isDone()) {
      sender.flush();
    }
    return super.get(timeout, unit);
  }

  /** What becomes of the answer; who sleeps for that is no less in need of it. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new Next<>(lane);
  }

  private static final class Next<T> extends CompletableFuture<T> {
    private final @Nullable Lane sender;

    Next(@Nullable Lane sender) {
      this.sender = sender;
    }

    @Override
    public T get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      if (sender != null && !isDone()) {
        sender.flush();
      }
      return super.get(timeout, unit);
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new Next<>(sender);
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
  private void letOthersRun() {
    if (!Wakefulness.SHARED.isAwake()) {
      return;
    }
    int yields = VirtualThreads.isCurrent() ? VIRTUAL_YIELDS : YIELDS;
    for (int i = 0; i < yields && !isDone(); i++) {
      Thread.yield();
    }
  }

  void refuse(int most) {
    completeExceptionally(
        new CacheStoreException("more than " + most + " reads wait for Redis", null));
  }
}
