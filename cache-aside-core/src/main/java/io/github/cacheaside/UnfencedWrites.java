package io.github.cacheaside;

/** What becomes of a fenced write whose intents can't be placed, because the store is ill. */
public enum UnfencedWrites {
  /** It fails with {@link WriteNotBegunException} before it has begun. The default. */
  FAIL,
  /**
   * It goes on, counted, and its keys are invalidated after it, as {@link CacheAside#invalidate}
   * does: until then, and if the writer crashes, readers may see the old value. If that fails too,
   * {@link WriteNotInvalidatedException} says so, and has what the work answered.
   */
  DEGRADE
}
