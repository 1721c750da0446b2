package io.github.cacheaside.benchmarks.load;

import java.util.concurrent.atomic.AtomicInteger;

/** How many do something at once, and how many did at most. */
public final class ConcurrencyGauge {
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  public void enter() {
    int count = now.incrementAndGet();
    int unused = most.accumulateAndGet(count, Math::max);
  }

  public void leave() {
    now.decrementAndGet();
  }

  public int most() {
    return most.get();
  }
}
