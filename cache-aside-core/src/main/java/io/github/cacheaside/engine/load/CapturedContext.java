package io.github.cacheaside.engine.load;

import io.github.cacheaside.ContextPropagation;
import io.github.cacheaside.engine.base.BadAnswerException;
import io.github.cacheaside.engine.base.Settings;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The context in which one call was made; empty if none is to be carried. */
public final class CapturedContext {
  /** Carries nothing. */
  public static final CapturedContext NONE = new CapturedContext(null);

  private final @Nullable UnaryOperator<Runnable> captured;

  private CapturedContext(@Nullable UnaryOperator<Runnable> captured) {
    this.captured = captured;
  }

  /** That of the calling thread. */
  public static CapturedContext capture(Settings<?, ?> settings) {
    ContextPropagation context = settings.context();
    return context == ContextPropagation.NONE
        ? NONE
        : new CapturedContext(
            BadAnswerException.ifNull(
                context.capture(), "the contextPropagation", settings.name()));
  }

  /** The task, in this context. */
  Runnable around(Runnable task) {
    return captured == null
        ? task
        : BadAnswerException.ifNull(captured.apply(task), "what was captured", "a context");
  }

  /**
   * An executor whose tasks run in this context. They are handed over in it too, for executors that
   * capture the context of the thread that hands over.
   */
  public Executor on(Executor executor) {
    return captured == null ? executor : task -> around(() -> executor.execute(around(task))).run();
  }
}
