package io.github.cacheaside;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The database of these tests: rows in memory, and how often they were asked for. */
final class PlanetTable implements CacheLoader<Long, Planet> {
  private final Map<Long, Planet> rows = new ConcurrentHashMap<>();
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger bulkLoads = new AtomicInteger();

  PlanetTable(String... names) {
    for (int i = 0; i < names.length; i++) {
      set(i + 1L, names[i]);
    }
  }

  void set(long id, String name) {
    rows.put(id, new Planet(id, name));
  }

  void delete(long id) {
    rows.remove(id);
  }

  @Nullable Planet row(long id) {
    return rows.get(id);
  }

  @Override
  public @Nullable Planet load(Long id) throws Exception {
    loads.incrementAndGet();
    return row(id);
  }

  @Override
  public Map<Long, Planet> loadAll(Collection<Long> ids) {
    bulkLoads.incrementAndGet();
    Map<Long, Planet> found = new TreeMap<>();
    ids.forEach(id -> rows.computeIfPresent(id, (key, planet) -> put(found, planet)));
    return found;
  }

  private static Planet put(Map<Long, Planet> found, Planet planet) {
    found.put(planet.id(), planet);
    return planet;
  }
}
