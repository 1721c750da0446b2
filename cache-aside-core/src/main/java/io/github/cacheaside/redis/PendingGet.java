package io.github.cacheaside.redis;

import io.github.cacheaside.CacheStoreException;
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
final class PendingGet extends CompletableFuture<Lookup> {
  private final byte[] key;
  private final Function<byte @Nullable [], Lookup> decoder;
  private final @Nullable Supplier<? extends CompletionStage<Lookup>> ifMissing;
  private byte @Nullable [] value;
  private boolean noRoom;
  private boolean lost;

  /**
   * The one that came before, while both wait; the one to answer after this, once both are sent.
   */
  @Nullable PendingGet next;

  /** How many wait, this one included. */
  int depth;

  /** Whose it is, if it came alone. */
  @Nullable ReadBatcher batcher;

  PendingGet(byte[] key, Function<byte @Nullable [], Lookup> decoder) {
    this(key, decoder, null);
  }

  /** Where nothing is, it becomes the answer to what is started then. */
  PendingGet(
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

  /**
   * Keeps a part of a reply, which is worth nothing until the reply is complete; but that it is too
   * large is known now, and the rest of it may take longer than a caller waits.
   */
  void receive(byte @Nullable [] part) {
    noRoom = ReplyLimit.isTooMuch(part);
    lost = ReplyLimit.isLost(part);
    value = noRoom || lost ? null : part;
    if (ReplyLimit.isTooLarge(part)) {
      complete(decoder.apply(part));
    }
  }

  /** Whether there is something, for which its reply had no room; it has to be asked for again. */
  boolean foundNoRoom() {
    return noRoom && !isDone();
  }

  void answer(@Nullable Throwable failure) {
    if (failure == null && lost) {
      completeExceptionally(
          new CacheStoreException(
              "the connection was closed over a reply that is too large", null));
    } else if (failure == null) {
      Lookup found = decoder.apply(value);
      if (ifMissing != null && found instanceof Lookup.Missing && !isDone()) {
        goOn(ifMissing);
      } else {
        complete(found);
      }
    } else {
      failed(failure);
    }
  }

  private void failed(Throwable failure) {
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
    } catch (Throwable e) { // whatever it is, a caller waits
      completeExceptionally(e);
    }
  }

  /** Waits, once the read is sent. */
  @Override
  public Lookup get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (batcher != null && !isDone()) {
      batcher.beforeSleep(this);
    }
    return super.get(timeout, unit);
  }

  /** What becomes of the answer; a thread that sleeps for that needs it no less. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new Next<>(batcher);
  }

  private static final class Next<T> extends CompletableFuture<T> {
    private final @Nullable ReadBatcher sender;

    Next(@Nullable ReadBatcher sender) {
      this.sender = sender;
    }

    @Override
    public T get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      if (sender != null && !isDone()) {
        sender.beforeSleep(this);
      }
      return super.get(timeout, unit);
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
      return new Next<>(sender);
    }
  }

  void refuse(int most) {
    completeExceptionally(
        new CacheStoreException("more than " + most + " reads wait for Redis", null));
  }
}
