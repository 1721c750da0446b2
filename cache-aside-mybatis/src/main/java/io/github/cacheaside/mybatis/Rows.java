package io.github.cacheaside.mybatis;

import java.util.List;

/**
 * What a statement has answered. No record: rows are beans, mostly without {@code equals}, and the
 * check whether they come back as they were compares their fields.
 */
final class Rows {
  private final Class<?> type;
  private final List<?> rows;

  /**
   * Rows.
   *
   * @param type their type, as the statement's result map has it
   */
  Rows(Class<?> type, List<?> rows) {
    this.type = type;
    this.rows = rows;
  }

  Class<?> type() {
    return type;
  }

  List<?> rows() {
    return rows;
  }

  /** Says how many, never which. */
  @Override
  public String toString() {
    return "Rows[" + type.getName() + ", " + rows.size() + "]";
  }
}
