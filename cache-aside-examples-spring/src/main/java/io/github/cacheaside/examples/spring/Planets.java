package io.github.cacheaside.examples.spring;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Planets, one row each. */
@Service
public class Planets {
  private final JdbcClient jdbc;
  private final AtomicLong queries = new AtomicLong();

  Planets(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Reads a planet. */
  @Cacheable("planet")
  public Planet find(long id) {
    queries.incrementAndGet();
    return jdbc.sql("SELECT id, name, version FROM spring_planet WHERE id = ?")
        .param(id)
        .query(Planet.class)
        .single();
  }

  /** Renames a planet; answers its new version. */
  @Transactional
  @CacheEvict(cacheNames = "planet", key = "#id")
  public long rename(long id, String name) {
    jdbc.sql("UPDATE spring_planet SET name = ?, version = version + 1 WHERE id = ?")
        .params(name, id)
        .update();
    return version(id);
  }

  long version(long id) {
    return jdbc.sql("SELECT version FROM spring_planet WHERE id = ?")
        .param(id)
        .query(Long.class)
        .single();
  }

  /** How many times it has asked the database for a planet. */
  public long queries() {
    return queries.get();
  }
}
