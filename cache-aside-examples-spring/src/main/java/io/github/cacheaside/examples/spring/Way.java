package io.github.cacheaside.examples.spring;

import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A cache of the application. */
enum Way {
  SPRING(
      "Spring's Redis cache",
      """
      cache-aside.enabled=false
      spring.cache.type=redis
      spring.cache.redis.time-to-live=30m
      """),

  /** A cold JVM on a busy machine may need more than the default of 100 ms. */
  CACHE_ASIDE("cache-aside", "cache-aside.defaults.store-timeout=1s");

  private final String title;
  private final String properties;

  Way(String title, String properties) {
    this.title = title;
    this.properties = properties;
  }

  String title() {
    return title;
  }

  /** Starts the application with the cache of this way. */
  ConfigurableApplicationContext start(Map<String, Object> servers) {
    return new SpringApplicationBuilder(PlanetShop.class)
        .properties(servers)
        .properties("spring.main.register-shutdown-hook=false")
        .properties(properties.lines().toArray(String[]::new))
        .run();
  }
}
