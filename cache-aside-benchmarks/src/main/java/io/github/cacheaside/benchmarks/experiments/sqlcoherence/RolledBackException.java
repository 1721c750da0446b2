package io.github.cacheaside.benchmarks.experiments.sqlcoherence;

/** Has a writer roll its transaction back. */
final class RolledBackException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RolledBackException() {
    super("rolled back", null, false, false);
  }
}
