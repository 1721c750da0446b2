package io.github.cacheaside.redis;

import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.Lookup;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One caller's wish to read one string. Becomes what is under the key. */
final class Get extends CompletableFuture<Lookup> {
  /** How many must wait for some of those who come after to yield before they park: 16. */
  private static final int CROWD = 16;

  private final byte[] key;
  private final Function<byte @Nullable [], Lookup> decoder;
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
    this.key = key;
    this.decoder = decoder;
  }

  byte[] key() {
    return key;
  }

  /** Keeps a part of a reply, which is worth nothing until the reply is complete. */
  void receive(byte @Nullable [] part) {
    value = part;
  }

  void answer(@Nullable Throwable failure) {
    if (failure == null) {
      complete(decoder.apply(value));
      return;
    }
    try {
      complete(undecodableIfWrongType(failure));
    } catch (CompletionException e) {
      completeExceptionally(RedisOperations.unwrap(e));
    }
  }

  /**
   * Waits. In a crowd the processors have other callers to run, and by the time they come back to
   * this one its reply is often there: then nobody has to park it and wake it, which costs more
   * than all the rest of a hit. Every other one does so; if all did, some would be overlooked for
   * long. Where few wait, see {@link BusyWait}.
   */
  @Override
  @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
  public Lookup get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    Lane sender = lane;
    if (sender != null && !isDone() && sender.isQuiet()) {
      sender.busyWait().poll(this, sender);
      try {
        return super.get(timeout, unit);
      } finally {
        sender.busyWait().over();
      }
    }
    if (depth > CROWD && depth % 2 == 0 && !isDone()) {
      Thread.yield();
    }
    return super.get(timeout, unit);
  }

  void refuse(int most) {
    completeExceptionally(
        new CacheStoreException("more than " + most + " reads wait for Redis", null));
  }

  /** What is under a key of another Redis type can't be read; any other failure stays one. */
  static Lookup undecodableIfWrongType(Throwable failure) {
    Throwable cause = RedisOperations.unwrap(failure);
    if (cause instanceof RedisCommandExecutionException
        && String.valueOf(cause.getMessage()).startsWith("WRONGTYPE")) {
      return Lookup.UNDECODABLE;
    }
    throw new CompletionException(cause);
  }
}
