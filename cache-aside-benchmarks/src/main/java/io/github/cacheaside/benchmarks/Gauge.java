package io.github.cacheaside.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;

/** How many do something at once, and how many did at most. */
final class Gauge {
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  void enter() {
    int count = now.incrementAndGet();
    int unused = most.accumulateAndGet(count, Math::max);
  }

  void leave() {
    now.decrementAndGet();
  }

  int most() {
    return most.get();
  }
}
