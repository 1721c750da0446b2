package io.github.cacheaside.jdbc;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses statements that change data, whose second execution a cache would swallow: by their first
 * word.
 */
final class SqlVerb {
  private static final Set<String> QUERIES =
      Set.of("SELECT", "WITH", "VALUES", "TABLE", "SHOW", "DESCRIBE", "DESC", "EXPLAIN");

  // White space, parentheses and comments may come first, but not those that MySQL executes,
  // and none within another, which end at one place for PostgreSQL and at another one for MySQL.
  // Possessive, so that a long comment
  // without an end can't make it try for ever.
  private static final Pattern FIRST_WORD =
      Pattern.compile(
          "(?s)(?:[\\s(]++|--[^\\n]*+(?:\\n|$)|#[^\\n]*+(?:\\n|$)|/\\*(?!M?!)(?:(?!/\\*|\\*/).)*+\\*/)*+([A-Za-z]++).*+");

  private SqlVerb() {}

  static void requireQuery(String sql) {
    Matcher matcher = FIRST_WORD.matcher(QueryRunner.checkSql(sql));
    String word = matcher.matches() ? matcher.group(1).toUpperCase(Locale.ROOT) : "";
    if (!QUERIES.contains(word)) {
      throw new IllegalArgumentException("a query begins with one of " + QUERIES + ": " + sql);
    }
  }
}
