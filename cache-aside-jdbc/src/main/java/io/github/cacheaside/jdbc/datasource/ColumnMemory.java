package io.github.cacheaside.jdbc.datasource;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a driver has told of the columns of a thousand texts' results, for a minute: it is slow to
 * tell, and slower to refuse. Thread-safe.
 */
final class ColumnMemory {
  private static final int MOST_REMEMBERED = 1_000;
  private static final int LONGEST_REMEMBERED = 10_000;
  private static final long NANOS = Duration.ofMinutes(1).toNanos();

  private final Map<String, Known> byText = new ConcurrentHashMap<>();

  /**
   * What is known of the columns of a text's results.
   *
   * @param types what is compared, since a table may have been altered
   * @param facts what the metadata answers
   * @param refused by column: which forms the driver has refused of an ordinary value
   */
  record Known(
      List<Object> types, Map<String, List<Object>> facts, List<Set<Form>> refused, long until) {}

  /** Null if nothing is known of columns of these types. */
  @Nullable Known of(String text, List<Object> types) {
    Known known = byText.get(text);
    return known != null && known.until - System.nanoTime() > 0 && known.types.equals(types)
        ? known
        : null;
  }

  /** Begins to know. */
  Known add(String text, List<Object> types, Map<String, List<Object>> facts, int columns) {
    List<Set<Form>> refused =
        Stream.<Set<Form>>generate(ConcurrentHashMap::newKeySet).limit(columns).toList();
    Known known = new Known(types, facts, refused, System.nanoTime() + NANOS);
    if (text.length() <= LONGEST_REMEMBERED) {
      if (byText.size() >= MOST_REMEMBERED) {
        byText.clear();
      }
      byText.put(text, known);
    }
    return known;
  }

  /** What no driver needs a round trip for; equal to nothing if it does not tell. */
  static List<Object> types(ResultSetMetaData metaData) {
    List<Object> types = new ArrayList<>();
    try {
      for (int i = 1; i <= metaData.getColumnCount(); i++) {
        types.add(metaData.getColumnLabel(i));
        types.add(metaData.getColumnType(i));
        types.add(String.valueOf(metaData.getColumnTypeName(i)));
        types.add(metaData.getPrecision(i));
        types.add(metaData.getScale(i));
      }
    } catch (SQLException | RuntimeException e) {
      types.add(new Object());
    }
    return types;
  }
}
