package io.github.cacheaside.engine;

import io.github.cacheaside.engine.base.BoundedTtl;
import io.github.cacheaside.engine.base.CacheLog;
import io.github.cacheaside.engine.base.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;

/** Logs, when a cache is built, what is allowed in its options and yet risky. */
public final class RiskyOptions {
  private static final Logger LOG = CacheLog.LOG;

  private RiskyOptions() {}

  /** Logs one WARN a risk; those of the store follow when it has told them. */
  public static void advise(Settings<?, ?> settings) {
    risks(settings).forEach(risk -> log(settings, risk));
    try {
      CompletionStage<List<String>> told = settings.store().risks();
      told.thenAccept(risks -> risks.forEach(risk -> log(settings, risk)))
          .exceptionally(failure -> null); // it is ill, or may not tell
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      LOG.debug("cache {}: its store tells no risks", settings.name(), e);
    }
  }

  private static void log(Settings<?, ?> settings, String risk) {
    LOG.warn("cache {}: {}", settings.name(), risk);
  }

  public static List<String> risks(Settings<?, ?> settings) {
    List<String> risks = new ArrayList<>();
    if (settings.ttl() instanceof BoundedTtl<?> ttl
        && ttl.longest().compareTo(settings.leaseTime()) < 0) {
      risks.add(
          "ttl "
              + ttl.longest()
              + " is less than leaseTime "
              + settings.leaseTime()
              + ": if a JVM dies in a load, its key stays uncached for longer than a value lives");
    }
    if (settings.storeTimeout().compareTo(settings.leaseTime()) >= 0) {
      risks.add(
          "storeTimeout "
              + settings.storeTimeout()
              + " is not less than leaseTime "
              + settings.leaseTime()
              + ": a lease may have ended before its holder knows of it");
    }
    if (settings.protection().limiter() == null && isUnbounded(settings.executor())) {
      risks.add(
          "its executor has no bound, and there is no originLimiter: asynchronous reads may run any"
              + " number of loads at once");
    }
    return risks;
  }

  /** A thread for each task: a cached pool, or virtual threads. */
  private static boolean isUnbounded(Executor executor) {
    return executor instanceof ThreadPoolExecutor pool
        ? pool.getMaximumPoolSize() == Integer.MAX_VALUE
        : executor.getClass().getName().equals("java.util.concurrent.ThreadPerTaskExecutor");
  }
}
