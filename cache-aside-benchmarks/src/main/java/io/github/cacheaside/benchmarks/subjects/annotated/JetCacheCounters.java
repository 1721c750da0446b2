package io.github.cacheaside.benchmarks.subjects.annotated;

import com.alicp.jetcache.anno.CacheInvalidate;
import com.alicp.jetcache.anno.CacheType;
import com.alicp.jetcache.anno.Cached;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.annotation.Transactional;

/** With JetCache's own annotations, and cached nulls. */
final class JetCacheCounters implements Service {
  private final Database database;
  private final WriteAtCommit transactions;

  JetCacheCounters(Database database, WriteAtCommit transactions) {
    this.database = database;
    this.transactions = transactions;
  }

  @Override
  @Cached(
      name = "counter:",
      key = "#key",
      expire = 600,
      cacheType = CacheType.REMOTE,
      cacheNullValue = true)
  public @Nullable Row find(long key) throws SQLException {
    return database.read(key);
  }

  @Override
  @Transactional
  @CacheInvalidate(name = "counter:", key = "#key")
  public void raise(long key) {
    transactions.raise(key);
  }
}
