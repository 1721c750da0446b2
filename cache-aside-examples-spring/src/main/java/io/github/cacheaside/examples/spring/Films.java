package io.github.cacheaside.examples.spring;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Films, a page of which is a join. */
@Service
public class Films {
  private final JdbcClient jdbc;
  private final AtomicLong queries = new AtomicLong();

  Films(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The most rented films of a category, in a transaction, since it takes two queries. */
  @Cacheable("page")
  @Transactional(readOnly = true)
  public Page page(long category) {
    queries.incrementAndGet();
    long version = version(category);
    return new Page(
        category,
        jdbc.sql(
                "SELECT f.id, f.title, f.rate, COUNT(r.id) AS rentals FROM spring_film f"
                    + " LEFT JOIN spring_rental r ON r.film = f.id WHERE f.category = ?"
                    + " GROUP BY f.id, f.title, f.rate ORDER BY rentals DESC, f.id LIMIT 20")
            .param(category)
            .query(Page.Film.class)
            .list(),
        version);
  }

  /** Rents a film of the category; answers the new version of its page. */
  @Transactional
  @CacheEvict(cacheNames = "page", key = "#category")
  public long rent(long category, long film) {
    jdbc.sql("INSERT INTO spring_rental (film) VALUES (?)").param(film).update();
    jdbc.sql("UPDATE spring_category SET version = version + 1 WHERE id = ?")
        .param(category)
        .update();
    return version(category);
  }

  long version(long category) {
    return jdbc.sql("SELECT version FROM spring_category WHERE id = ?")
        .param(category)
        .query(Long.class)
        .single();
  }

  /** How many times it has asked the database for a page. */
  public long queries() {
    return queries.get();
  }
}
