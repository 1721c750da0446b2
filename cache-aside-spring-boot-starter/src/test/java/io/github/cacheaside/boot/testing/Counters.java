package io.github.cacheaside.boot.testing;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application with one cached method. */
public class Counters {
  private final AtomicInteger calls = new AtomicInteger();

  @Cacheable("counter")
  public int next(String name) {
    return calls.incrementAndGet();
  }

  /** Its configuration. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableCaching
  public static class Application {
    @Bean
    Counters counters() {
      return new Counters();
    }
  }
}
