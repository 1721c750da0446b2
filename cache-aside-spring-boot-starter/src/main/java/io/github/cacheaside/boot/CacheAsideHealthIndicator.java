package io.github.cacheaside.boot;

import io.github.cacheaside.CacheAside;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * How the caches are, as they know it themselves: nothing is asked, so nothing waits. Always UP,
 * for an application whose cache is down answers from the database.
 */
final class CacheAsideHealthIndicator implements HealthIndicator {
  private final CreatedCaches caches;

  CacheAsideHealthIndicator(CreatedCaches caches) {
    this.caches = caches;
  }

  @Override
  public Health health() {
    Map<String, Object> ill = new TreeMap<>();
    int all = 0;
    io.github.cacheaside.Health.Status worst = io.github.cacheaside.Health.Status.UP;
    for (CacheAside<Object, Object> cache : caches.all()) {
      io.github.cacheaside.Health health = cache.health();
      all++;
      if (health.status() != io.github.cacheaside.Health.Status.UP) {
        ill.put(cache.name(), described(health));
      }
      worst = health.status().compareTo(worst) > 0 ? health.status() : worst;
    }
    Health.Builder told = Health.up().withDetail("store", worst).withDetail("caches", all);
    return ill.isEmpty() ? told.build() : told.withDetail("ill", ill).build();
  }

  private static Map<String, Object> described(io.github.cacheaside.Health health) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("status", health.status());
    all.put("since", health.since().toString());
    all.put("pendingInvalidations", health.pendingInvalidations());
    if (health.lastFailure() != null) {
      all.put("lastFailure", health.lastFailure());
    }
    return all;
  }
}
