package io.github.cacheaside.examples;

import org.jspecify.annotations.Nullable;

/** An example can't go on; the message is a sentence for the person who runs it. */
final class ExampleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExampleException(String sentence) {
    this(sentence, null);
  }

  ExampleException(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
