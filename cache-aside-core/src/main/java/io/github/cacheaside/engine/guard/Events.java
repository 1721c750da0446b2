package io.github.cacheaside.engine.guard;

import io.github.cacheaside.CacheListener;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.engine.base.CacheLog;
import io.github.cacheaside.engine.base.Settings;
import java.util.Collection;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** Counts what becomes of reads and fences, and tells the listener. */
public final class Events<K, V> {
  private static final Logger LOG = CacheLog.LOG;

  private final Settings<K, V> settings;
  private final Counters counters;
  private volatile boolean failureLogged;

  public Events(Settings<K, V> settings, Counters counters) {
    this.settings = settings;
    this.counters = counters;
  }

  public Read<V> counted(Read<V> read) {
    count(read.outcome());
    return read;
  }

  public void count(Outcome outcome) {
    counters.read(outcome);
    if (settings.listener() != CacheListener.NONE) { // else not even the lambda is made
      tell(listener -> listener.onRead(settings.name(), outcome));
    }
  }

  /** Counts many, each outcome at once. */
  public void count(Collection<Read<V>> reads) {
    if (settings.listener() != CacheListener.NONE) {
      reads.forEach(this::counted);
      return;
    }
    Outcome outcome = Outcome.HIT;
    int same = 0;
    for (Read<V> read : reads) {
      if (read.outcome() != outcome) {
        counters.reads(outcome, same);
        outcome = read.outcome();
        same = 0;
      }
      same++;
    }
    counters.reads(outcome, same);
  }

  /** Counts reads that ended without an answer. */
  public void failed(int reads) {
    if (reads == 0) {
      return;
    }
    counters.failed(reads);
    if (settings.listener() != CacheListener.NONE) {
      for (int i = 0; i < reads; i++) {
        tell(listener -> listener.onReadFailed(settings.name()));
      }
    }
  }

  public void fenceLost(int keys) {
    counters.fenceLost();
    tell(listener -> listener.onFenceLost(settings.name(), keys));
  }

  /** Tells the listener; what it throws is its own affair. */
  public void tell(Consumer<CacheListener> event) {
    if (settings.listener() == CacheListener.NONE) {
      return;
    }
    try {
      event.accept(settings.listener());
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      if (!failureLogged) {
        failureLogged = true;
        LOG.warn("cache {}: its listener threw; logged once", settings.name(), e);
      }
    }
  }
}
