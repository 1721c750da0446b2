package io.github.cacheaside.benchmarks.subjects.annotated;

import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.transaction.annotation.Transactional;

/** With Spring's annotations. */
final class Counters implements Service {
  private final Database database;
  private final WriteAtCommit transactions;

  Counters(Database database, WriteAtCommit transactions) {
    this.database = database;
    this.transactions = transactions;
  }

  @Override
  @Cacheable("counter")
  public @Nullable Row find(long key) throws SQLException {
    return database.read(key);
  }

  @Override
  @Transactional
  @CacheEvict(cacheNames = "counter", key = "#key")
  public void raise(long key) {
    transactions.raise(key);
  }
}
