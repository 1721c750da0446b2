package io.github.cacheaside;

import io.github.cacheaside.engine.base.Internal;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How {@link CacheAside#warm(Iterable, Warming)} goes about it: how fast, in which batches, and
 * whom it tells.
 *
 * <pre>{@code
 * planets.warm(ids, Warming.perSecond(500).onProgress(so -> System.out.println(so.done())));
 * }</pre>
 *
 * <p>Immutable.
 */
public final class Warming {
  private static final int BATCH = 100;
  private static final int UNLIMITED = 0;

  private final int perSecond;
  private final int batch;
  private final Consumer<? super Warmed> progress;

  private Warming(int perSecond, int batch, Consumer<? super Warmed> progress) {
    this.perSecond = perSecond;
    this.batch = batch;
    this.progress = progress;
  }

  /**
   * One batch after the other, as fast as the database answers.
   *
   * @return warming in batches of 100
   */
  public static Warming unlimited() {
    return new Warming(UNLIMITED, BATCH, progress -> {});
  }

  /**
   * At most so many keys a second, averaged over a batch. Keys that are cached already do not
   * count, so that warming again what is warm is quick.
   *
   * @param keys from 1 to 1,000,000
   * @return warming in batches of 100, or of a second's worth if that is less
   */
  public static Warming perSecond(int keys) {
    return new Warming(between(keys, 1_000_000, "keys"), BATCH, progress -> {});
  }

  /**
   * Sets how many keys are looked up and loaded together. Default: 100.
   *
   * @param keys from 1 to 10,000; never more than a second's worth
   * @return the same otherwise
   */
  public Warming inBatchesOf(int keys) {
    return new Warming(perSecond, between(keys, 10_000, "keys"), progress);
  }

  /**
   * Tells a listener after each batch, on the thread that warms. Default: none. What it throws ends
   * the warming.
   *
   * @param listener is told what was done so far
   * @return the same otherwise
   */
  public Warming onProgress(Consumer<? super Warmed> listener) {
    return new Warming(perSecond, batch, Objects.requireNonNull(listener, "listener"));
  }

  private static int between(int value, int high, String name) {
    if (value < 1 || value > high) {
      throw new IllegalArgumentException(name + " must be 1 to " + high + " but was " + value);
    }
    return value;
  }

  @Internal
  public int batch() {
    return perSecond == UNLIMITED ? batch : Math.min(batch, perSecond);
  }

  /** How many nanoseconds so many keys take at least. */
  @Internal
  public long nanos(long keys) {
    return perSecond == UNLIMITED ? 0 : keys * 1_000_000_000L / perSecond;
  }

  @Internal
  public void tell(Warmed soFar) {
    progress.accept(soFar);
  }
}
