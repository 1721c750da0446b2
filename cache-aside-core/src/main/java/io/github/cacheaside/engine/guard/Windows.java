package io.github.cacheaside.engine.guard;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing to many keys, a window of them at a time: the next window is sent when the one
 * before it is answered, so a call of a million keys never has more than {@link #SIZE} commands
 * under way. Others on the connection wait for one window at most, and each window has a time-out
 * of its own, which begins when it is sent.
 *
 * <p>A call of up to {@link #MOST_AT_ONCE} keys is one window.
 *
 * <p>A key that fails does not stop the others. But where two windows in a row have no answer at
 * all, the rest is not sent: a store that is ill would else hold the call for as many time-outs as
 * there are windows. The windows after the first are sent by the thread that brings the answers, so
 * nothing is left behind when the caller goes away.
 */
public final class Windows<T, R> {
  /** How many keys a call may have that is one window. */
  public static final int MOST_AT_ONCE = 512;

  /** How many commands of a larger call are under way at most. */
  public static final int SIZE = 64;

  /** After how many windows in a row without an answer the rest is not sent. */
  public static final int MOST_SILENT = 2;

  private final int size;
  private final List<T> items;
  private final Sender<T, R> sender;
  private final Answered<R> answered;
  private final BooleanSupplier goesOn;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private int next;
  private int silent;

  /** Sends a window. */
  @FunctionalInterface
  public interface Sender<T, R> {

    /** Completes when each has an answer or a failure; never fails. */
    CompletableFuture<List<CompletableFuture<R>>> send(List<T> window);
  }

  /** Takes the answers of a window. */
  @FunctionalInterface
  public interface Answered<R> {

    /**
     * Takes the answers of a window.
     *
     * @param from the index of its first item
     * @param answers all of them done, with an answer or a failure
     */
    void take(int from, List<CompletableFuture<R>> answers);
  }

  private Windows(
      int size, List<T> items, Sender<T, R> sender, Answered<R> answered, BooleanSupplier goesOn) {
    this.size = size;
    this.items = items;
    this.sender = sender;
    this.answered = answered;
    this.goesOn = goesOn;
  }

  /**
   * Starts; completes with how many items were sent and answered or given up. Those after them were
   * not sent. Fails only with what {@code answered} throws.
   *
   * @param goesOn asked before each window after the first
   */
  public static <T, R> CompletableFuture<Integer> each(
      List<T> items, Sender<T, R> sender, Answered<R> answered, BooleanSupplier goesOn) {
    int size = items.size() <= MOST_AT_ONCE ? MOST_AT_ONCE : SIZE;
    return each(size, items, sender, answered, goesOn);
  }

  /** The same, in windows of so many. */
  public static <T, R> CompletableFuture<Integer> each(
      int size, List<T> items, Sender<T, R> sender, Answered<R> answered, BooleanSupplier goesOn) {
    Windows<T, R> windows = new Windows<>(size, items, sender, answered, goesOn);
    windows.proceed();
    return windows.end;
  }

  /** The same, to the end. */
  public static <T, R> CompletableFuture<Integer> each(
      List<T> items, Sender<T, R> sender, Answered<R> answered) {
    return each(items, sender, answered, () -> true);
  }

  /** Goes on here as long as windows are answered at once: a chain would grow with the keys. */
  private void proceed() {
    while (next < items.size()) {
      if (next > 0 && (silent >= MOST_SILENT || !goesOn.getAsBoolean())) {
        break;
      }
      int from = next;
      next = Math.min(items.size(), from + size);
      CompletableFuture<List<CompletableFuture<R>>> window = sender.send(items.subList(from, next));
      if (!window.isDone()) {
        window
            .thenAccept(
                answers -> {
                  took(from, answers);
                  proceed();
                })
            .exceptionally(this::fail);
        return;
      }
      took(from, window.join());
    }
    end.complete(next);
  }

  private void took(int from, List<CompletableFuture<R>> answers) {
    boolean any = answers.stream().anyMatch(answer -> !answer.isCompletedExceptionally());
    silent = any ? 0 : silent + 1;
    answered.take(from, answers);
  }

  private @Nullable Void fail(Throwable failure) {
    end.completeExceptionally(failure);
    return null;
  }
}
