package io.github.cacheaside.boot;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cache.CacheManager;

/** Makes the caches that annotations name, so that what is wrong with one fails the start. */
record EarlyCaches(CacheManager manager, ValueTypes types) implements SmartInitializingSingleton {
  @Override
  public void afterSingletonsInstantiated() {
    for (String name : types.names()) {
      CacheManagerMaker.refusedFor(() -> "cache \"" + name + "\"", () -> made(name));
    }
  }

  private String made(String name) {
    manager.getCache(name);
    return name;
  }
}
