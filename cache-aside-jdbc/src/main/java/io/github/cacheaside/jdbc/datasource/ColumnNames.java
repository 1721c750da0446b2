package io.github.cacheaside.jdbc.datasource;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * By which names a column of a result is found. All drivers know its label; some also know its own
 * name, or its table's and its own. So the driver is asked, while there is one.
 */
final class ColumnNames {
  /** Where a result keeps the names of each column that are not its label. */
  static final String FACT = "names";

  private static final String SEPARATOR = "\0";

  private ColumnNames() {}

  /**
   * Asks a driver for the names of each column beside its label.
   *
   * @param facts what its metadata answers
   */
  static List<Object> of(ResultSet result, Map<String, List<Object>> facts, int columns) {
    List<Object> all = new ArrayList<>(columns);
    List<String> refused = new ArrayList<>(0);
    for (int i = 0; i < columns; i++) {
      String label = text(facts, "getColumnLabel", i);
      String own = text(facts, "getColumnName", i);
      String table = text(facts, "getTableName", i);
      String schema = text(facts, "getSchemaName", i);
      List<String> names = new ArrayList<>(0);
      boolean renamed = !own.equalsIgnoreCase(label);
      if (renamed) {
        ask(result, i, own, "name", refused, names);
      }
      if (!table.isEmpty()) {
        ask(result, i, table + "." + label, "label of a table", refused, names);
        if (renamed) {
          ask(result, i, table + "." + own, "name in a table", refused, names);
        }
        ask(result, i, schema + "." + table + "." + own, "name in a schema", refused, names);
      }
      all.add(String.join(SEPARATOR, names));
    }
    return all;
  }

  /** A driver that does not know a kind of name of one column is not asked for another's. */
  private static void ask(
      ResultSet result,
      int column,
      String name,
      String kind,
      List<String> refused,
      List<String> names) {
    if (refused.contains(kind)) {
      return;
    }
    try {
      if (result.findColumn(name) == column + 1) {
        names.add(name);
      }
    } catch (SQLException | RuntimeException e) {
      refused.add(kind);
    }
  }

  private static String text(Map<String, List<Object>> facts, String method, int column) {
    List<Object> answers = facts.getOrDefault(method, List.of());
    return column < answers.size() && answers.get(column) instanceof String text ? text : "";
  }

  /**
   * Finds a column of a result.
   *
   * @return its number, from 1
   * @throws SQLException if there is none, or more than one may be meant
   */
  static int find(CachedResult result, String name) throws SQLException {
    List<Object> labels = result.labels();
    int exact = labels.indexOf(name);
    if (exact >= 0) {
      return exact + 1;
    }
    for (int i = 0; i < result.columns(); i++) {
      if (labels.get(i).toString().equalsIgnoreCase(name)) {
        return i + 1;
      }
    }
    for (int i = 0; i < result.columns(); i++) {
      String others = text(result.metaData(), FACT, i);
      for (String other : others.split(SEPARATOR, -1)) {
        if (!other.isEmpty() && other.equalsIgnoreCase(name)) {
          return i + 1;
        }
      }
    }
    int only = theOnlyOne(result, name.substring(name.lastIndexOf('.') + 1));
    if (only > 0 && name.indexOf('.') >= 0) {
      return only;
    }
    throw new SQLException("there is no column " + name + " among " + labels, "42S22");
  }

  /** After the alias of a table, which metadata does not tell: the column, if there is just one. */
  private static int theOnlyOne(CachedResult result, String own) {
    int found = 0;
    for (int i = 0; i < result.columns(); i++) {
      if (text(result.metaData(), "getColumnName", i).equalsIgnoreCase(own)
          || text(result.metaData(), "getColumnLabel", i).equalsIgnoreCase(own)) {
        if (found > 0) {
          return 0;
        }
        found = i + 1;
      }
    }
    return found;
  }
}
