package io.github.cacheaside.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Turns a cache that can't be made into two sentences instead of a stack trace. */
final class InvalidCacheFailureAnalyzer extends AbstractFailureAnalyzer<InvalidCacheException> {
  @Override
  protected FailureAnalysis analyze(Throwable root, InvalidCacheException cause) {
    return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
  }
}
