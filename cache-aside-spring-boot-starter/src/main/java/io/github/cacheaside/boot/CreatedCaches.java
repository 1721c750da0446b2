package io.github.cacheaside.boot;

import io.github.cacheaside.CacheAside;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Every cache of the manager, told to all who ask, whether they or the cache came first. */
final class CreatedCaches {
  private final List<CacheAside<Object, Object>> caches = new CopyOnWriteArrayList<>();
  private final List<Consumer<CacheAside<Object, Object>>> listeners = new ArrayList<>();

  synchronized void add(CacheAside<Object, Object> cache) {
    caches.removeIf(older -> older.name().equals(cache.name()));
    caches.add(cache);
    listeners.forEach(each -> each.accept(cache));
  }

  synchronized void onEach(Consumer<CacheAside<Object, Object>> listener) {
    listeners.add(listener);
    caches.forEach(listener);
  }

  List<CacheAside<Object, Object>> all() {
    return List.copyOf(caches);
  }
}
