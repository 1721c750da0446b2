package io.github.cacheaside;

/** In which form the exceptions of a loader reach readers. */
public enum LoadExceptions {
  /** Each as the cause of a {@link CacheLoadException}. */
  WRAPPED,
  /**
   * A {@code RuntimeException} of the loader as it is, so that handlers for a data layer's
   * exceptions still see them; all callers that share a load get the same object. Everything else
   * is wrapped: checked exceptions, errors, and what is none of the loader's, as time-outs,
   * refusals and a full executor are.
   */
  UNWRAPPED
}
