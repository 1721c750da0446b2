package io.github.cacheaside.jdbc.advisor;

import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A result whose rows are counted as they are read. */
final class WatchedResult extends Watched {
  private final Statement owner;
  private @Nullable TemplateStats stats;
  private long rows;

  WatchedResult(ResultSet real, Statement owner, @Nullable TemplateStats stats) {
    super(real);
    this.owner = owner;
    this.stats = stats;
  }

  @Override
  @Nullable Object call(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    if (name.equals("next")) {
      Object more = pass(method, arguments);
      if (Boolean.TRUE.equals(more)) {
        rows++;
      } else {
        tell();
      }
      return more;
    }
    if (name.equals("getStatement")) {
      return owner;
    }
    if (name.equals("close")) {
      tell();
    }
    return pass(method, arguments);
  }

  private void tell() {
    if (stats != null) {
      stats.addRows(rows);
      stats = null;
    }
  }
}
