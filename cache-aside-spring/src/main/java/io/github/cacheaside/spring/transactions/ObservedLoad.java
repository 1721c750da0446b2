package io.github.cacheaside.spring.transactions;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Observes the loads of a cache: a span and a timer for each, with what it threw. Hits are not
 * observed: they would cost more than they take.
 */
public record ObservedLoad(ObservationRegistry registry, String cache, Isolation within)
    implements Isolation {
  private static final String NAME = "cache.aside.loading";

  @Override
  public <T extends @Nullable Object> T call(Callable<T> load) throws Exception {
    return Observation.createNotStarted(NAME, registry)
        .contextualName("load " + cache)
        .lowCardinalityKeyValue("cache", cache)
        .observeChecked(() -> within.call(load));
  }
}
