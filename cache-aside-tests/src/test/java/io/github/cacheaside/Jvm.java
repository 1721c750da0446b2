package io.github.cacheaside;

import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.load.Waiting;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.Lookup;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM of a play has around its cache: a way to the store on which each operation is a
 * step, and timers whose ends are steps. No time passes.
 *
 * <p>Who waits for a load elsewhere is told, or looks again, as a step that can be chosen once
 * something has changed in the store; before that a look would answer the same and change nothing.
 */
final class Jvm implements InvocationHandler, Timers {
  private final String name;
  private final CacheStore store;
  private final String storeKey;
  private final Stage stage;
  private final AtomicInteger changes;
  private final Deque<Object> sent = new ArrayDeque<>();

  /** Whether what is sent first arrives first. Leases need no such promise, other things do. */
  private boolean inOrder;

  private boolean losesReply;
  private int renewals;

  /**
   * One JVM.
   *
   * @param changes counts what has changed in the store, in all JVMs
   */
  Jvm(String name, CacheStore store, String storeKey, Stage stage, AtomicInteger changes) {
    this.name = name;
    this.store = store;
    this.storeKey = storeKey;
    this.stage = stage;
    this.changes = changes;
    this.inOrder = store.coherence() == CacheStore.Coherence.TTL_ONLY;
  }

  /**
   * Whether the reply to the next lease is lost; the lease arrives at the store some time or other,
   * and before what is sent later.
   */
  void losesReply(boolean loses) {
    losesReply = loses;
    inOrder |= loses;
  }

  /** How often leases and intents are renewed; a release must not overtake a renewal. */
  void renews(int times) {
    renewals = times;
    inOrder = true;
  }

  CacheStore store() {
    return (CacheStore)
        Proxy.newProxyInstance(Jvm.class.getClassLoader(), new Class<?>[] {CacheStore.class}, this);
  }

  Executor executor() {
    return stage.executor(name);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args)
      throws Throwable {
    if (method.getName().equals("watch")) {
      return Optional.of(watch());
    }
    return method.getReturnType() == CompletionStage.class
        ? send(method, args)
        : method.invoke(store, args);
  }

  private CompletionStage<@Nullable Void> watch() {
    CompletableFuture<@Nullable Void> told = new CompletableFuture<>();
    stage.mark(name + " is told", changed(), () -> told.complete(null));
    return told;
  }

  private BooleanSupplier changed() {
    int seen = get(store.lookup(storeKey)) instanceof Lookup.Loading ? changes.get() : -1;
    return () -> changes.get() > seen;
  }

  private CompletionStage<Object> send(Method method, Object @Nullable [] args) {
    CompletableFuture<Object> answer = new CompletableFuture<>();
    boolean lost = losesReply && method.getName().equals("lease");
    if (lost) {
      losesReply = false;
      stage.mark(name + " gives its lease up", () -> answer.complete(Lookup.UNAVAILABLE));
    }
    Object place = new Object();
    sent.add(place);
    stage.mark(
        name + ": " + method.getName() + (lost ? ", late" : ""),
        () -> !inOrder || sent.peek() == place,
        () -> {
          sent.remove(place);
          Object found = perform(method, args);
          if (!lost) {
            answer.complete(found);
          }
        });
    return answer;
  }

  private Object perform(Method method, Object @Nullable [] args) {
    Object found;
    try {
      found = get((CompletionStage<?>) method.invoke(store, args));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(method.getName() + " failed", e);
    }
    boolean refused = found instanceof Lookup ? found != Lookup.GRANTED : found.equals(false);
    if (!refused || method.getName().equals("release")) {
      changes.incrementAndGet();
    }
    return found;
  }

  private static <T> T get(CompletionStage<T> answer) {
    return answer.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** No message gets lost here, so the pause that is for that never ends. */
  @Override
  public Future<?> after(Duration pause, Runnable task) {
    CompletableFuture<?> timer = new CompletableFuture<>();
    if (pause.toNanos() < Waiting.PAUSE_IF_TOLD) {
      BooleanSupplier changed = changed();
      stage.mark(name + " ends a pause", () -> !timer.isDone() && changed.getAsBoolean(), task);
    } else if (pause.toNanos() > Waiting.PAUSE_IF_TOLD && renewals > 0) {
      renewals--;
      stage.mark(name + " renews", () -> !timer.isDone(), task);
    }
    return timer;
  }
}
