package io.github.cacheaside.benchmarks.subjects;

import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.redisson.api.map.MapLoader;

/** How Redisson's maps read through to the database. */
record RedissonLoader(Database database) implements MapLoader<Long, Row> {
  @Override
  public @Nullable Row load(Long key) {
    try {
      return database.read(key);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Iterable<Long> loadAllKeys() {
    throw new UnsupportedOperationException();
  }
}
