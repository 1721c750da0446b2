package io.github.cacheaside;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One call of a user: when it began, where its steps run, and which attempts it leads. */
final class Call {
  private final long began;
  private final Executor executor;
  private final List<Attempt<?, ?>> led = new ArrayList<>(1);

  /** A call that begins now. */
  Call(Executor executor) {
    this(executor, System.nanoTime());
  }

  Call(Executor executor, long began) {
    this.began = began;
    this.executor = executor;
  }

  long began() {
    return began;
  }

  Executor executor() {
    return executor;
  }

  /** Remembers an attempt that this call leads. */
  void leads(Attempt<?, ?> attempt) {
    synchronized (led) {
      led.add(attempt);
    }
  }

  /** The caller goes away: whoever waits for its attempts must not wait in vain. */
  void abandon() {
    List<Attempt<?, ?>> copy;
    synchronized (led) {
      copy = List.copyOf(led);
    }
    copy.forEach(Attempt::abandon);
  }

  void abandonIf(@Nullable Throwable failure) {
    if (failure != null) {
      abandon();
    }
  }
}
