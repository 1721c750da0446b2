package io.github.cacheaside.jdbc.advisor;

import java.util.Locale;

/** How a database reads what is quoted or a comment, as far as databases differ in that. */
enum Dialect {
  /** Double quotes hold a text; {@code #} begins a comment, and {@code --} only before a blank. */
  MYSQL,
  /** Double quotes hold a name; {@code #} is an operator, and so may a backtick be. */
  POSTGRESQL,
  /** Double quotes hold a name; {@code #} begins a comment in its mode for MySQL. */
  H2,
  /** Double quotes hold a name, and {@code #} is a letter: Oracle and others. */
  STANDARD,
  /** Any of these. */
  UNKNOWN;

  /**
   * The dialect of a database.
   *
   * @param product as its driver names it
   */
  static Dialect of(String product) {
    String name = product.toLowerCase(Locale.ROOT);
    if (name.equals("mysql") || name.equals("mariadb")) {
      return MYSQL;
    }
    if (name.startsWith("postgresql")) {
      return POSTGRESQL;
    }
    if (name.equals("h2")) {
      return H2;
    }
    return name.startsWith("oracle")
            || name.startsWith("db2")
            || name.startsWith("hsql")
            || name.startsWith("apache derby")
        ? STANDARD
        : UNKNOWN;
  }
}
