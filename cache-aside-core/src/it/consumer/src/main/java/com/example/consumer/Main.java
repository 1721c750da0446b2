package com.example.consumer;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheStoreException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import java.util.Map;

/** Reads through a cache whose Redis is down: the loader answers, and an invalidation fails. */
public final class Main {
  private Main() {}

  record Planet(long id, String name) {}

  public static void main(String[] args) {
    Map<Long, Planet> rows = Map.of(3L, new Planet(3, "Earth"));
    try (RedisCacheStore redis = RedisCacheStore.connect("redis://127.0.0.1:1")) {
      CacheAside<Long, Planet> planets =
          CacheAside.builder(redis, "planet", Serializer.json(Planet.class)).build(rows::get);
      Planet earth = planets.get(3L).orElseThrow();
      if (!earth.equals(rows.get(3L)) || planets.get(9L).isPresent()) {
        throw new AssertionError("read " + earth);
      }
      mustFail(planets);
      System.out.println("consumer: the loader answered " + earth);
    }
  }

  private static void mustFail(CacheAside<Long, Planet> planets) {
    try {
      planets.invalidate(3L);
    } catch (CacheStoreException expected) {
      return;
    }
    throw new AssertionError("an invalidation that reached nobody did not fail");
  }
}
