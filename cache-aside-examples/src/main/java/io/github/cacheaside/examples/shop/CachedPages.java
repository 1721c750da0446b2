package io.github.cacheaside.examples.shop;

import io.github.cacheaside.jdbc.SqlCache;
import java.util.List;

/** The same pages by a {@link SqlCache}: a line each. */
public final class CachedPages implements Pages {
  private final SqlCache sql;

  /**
   * Pages.
   *
   * @param sql caches their queries
   */
  public CachedPages(SqlCache sql) {
    this.sql = sql;
  }

  @Override
  public List<Film> list(String category) {
    return sql.query(LIST, Film.class, category);
  }

  @Override
  public List<Film> search(String word) {
    return sql.query(SEARCH, Film.class, "%" + word + "%");
  }

  @Override
  public List<Film> detail(long id) {
    return sql.query(DETAIL, Film.class, id);
  }
}
