package io.github.cacheaside.spring;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.spring.transactions.Isolation;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.interceptor.CacheErrorHandler;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.util.ClassUtils;

/** One call of an annotated method, from its first look into a cache until it has an answer. */
final class Invocation {
  private static final boolean WITH_REACTOR =
      ClassUtils.isPresent("reactor.core.publisher.Mono", Invocation.class.getClassLoader());

  private final Method method;
  private final Supplier<CacheErrorHandler> errors;
  private final List<InvokedCache> caches = new CopyOnWriteArrayList<>();
  private final @Nullable Late late;
  private boolean later;
  private volatile boolean left;

  /** What a method that answers later has changed; most methods don't. */
  private static final class Late {
    final List<CompletableFuture<?>> pending = new CopyOnWriteArrayList<>();
    final List<LateChange> before = new CopyOnWriteArrayList<>();

    /** By the entry that is changed, the last change last. */
    private final Map<Object, LateChange> changes = new LinkedHashMap<>();

    private final Set<Object> untaken = new HashSet<>();

    synchronized void add(Object entry, LateChange change) {
      changes.remove(entry);
      changes.put(entry, change);
      untaken.add(entry);
    }

    /**
     * All, also what was taken before: of two subscribers one must not take the other's change, or
     * that one's transaction would not make it. Twice does no harm.
     */
    synchronized List<LateChange> take() {
      untaken.clear();
      return List.copyOf(changes.values());
    }

    synchronized List<LateChange> takeRest() {
      List<LateChange> rest = untaken.stream().map(changes::get).toList();
      untaken.clear();
      return rest;
    }
  }

  Invocation(Method method, Supplier<CacheErrorHandler> errors) {
    this.method = method;
    this.errors = errors;
    this.late = SplitOperations.answersLater(method) ? new Late() : null;
  }

  InvokedCache cache(CacheAsideCache cache, CacheOperation operation) {
    boolean read = operation instanceof CacheableOperation;
    InvokedCache mine = new InvokedCache(cache, this, read);
    caches.add(mine);
    return mine;
  }

  Method method() {
    return method;
  }

  CacheErrorHandler errors() {
    return errors.get();
  }

  boolean answersLater() {
    return late != null;
  }

  /** Whether it answers with a publisher, so that its transaction, if any, is a reactive one. */
  boolean publishes() {
    return late != null && WITH_REACTOR && SplitOperations.publishes(method);
  }

  /** That of a cache which the method is about to fill, if there is one. */
  Isolation isolation() {
    for (InvokedCache each : caches) {
      if (each.mayFill()) {
        return each.isolation();
      }
    }
    return Isolation.NONE;
  }

  boolean mayFill() {
    return caches.stream().anyMatch(InvokedCache::mayFill);
  }

  /** Has the answer wait for a change of an entry, which is made when it is there. */
  void change(Object entry, LateChange change) {
    Late mine = requireNonNull(late, "a method that answers at once changes at once");
    if (publishes()) {
      mine.add(entry, change);
      if (left) {
        leaveChanges();
      }
    } else {
      mine.pending.add(change.send().get());
    }
  }

  /**
   * Makes a change now, whatever becomes of the method and of what it answers: a publisher begins
   * when it is made, and the subscriber's transaction makes it again.
   */
  void changeBefore(LateChange change) {
    Late mine = requireNonNull(late, "a method that answers at once changes at once");
    mine.before.add(change); // first: sending may throw, and its failure be handled
    mine.pending.add(change.send().get());
  }

  /** What was changed before the method was called. */
  List<LateChange> changesBefore() {
    return late == null ? List.of() : late.before;
  }

  /** What was changed, for an answer to wait for. */
  List<LateChange> takeChanges() {
    return late == null ? List.of() : late.take();
  }

  private void leaveChanges() {
    if (late != null) {
      late.takeRest().forEach(LateChange::leave);
    }
  }

  CompletableFuture<Void> sent() {
    return late == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.allOf(late.pending.toArray(CompletableFuture<?>[]::new));
  }

  /** The answer, which comes when this is over if it comes later. */
  @Nullable Object settled(@Nullable Object answer) {
    if (answer instanceof CompletableFuture<?> future) {
      later = true;
      return settledFuture(future);
    }
    if (WITH_REACTOR && answer != null && answersLater()) {
      Object publisher = ReactiveAnswers.settled(this, answer);
      later = publisher != answer;
      return publisher;
    }
    return answer;
  }

  private <T> CompletableFuture<T> settledFuture(CompletableFuture<T> future) {
    return future
        .thenCompose(value -> sent().thenApply(done -> value))
        .whenComplete((value, failure) -> end());
  }

  boolean endsLater() {
    return later;
  }

  /** A subscriber to many values has enough; what Spring changes after that waits for no answer. */
  void left() {
    left = true;
    leaveChanges();
  }

  /** Gives back what will not be filled; what no answer has waited for is invalidated. */
  void end() {
    caches.forEach(InvokedCache::end);
    leaveChanges();
  }
}
