package io.github.cacheaside.jdbc.tables;

import java.util.regex.Pattern;

/** A statement without its literals, which may be secret; for messages. */
final class SqlTemplate {
  private static final int LONGEST = 300;

  private static final Pattern LITERALS =
      Pattern.compile("'[^']*+'|(?<![A-Za-z0-9_])[0-9][0-9A-Za-z_.]*+");

  /** Where another text may begin or end than it seems; also a string of MySQL's in double ones. */
  private static final Pattern UNSURE = Pattern.compile("[\\\\$#\"]|/\\*|--");

  private SqlTemplate() {}

  static String of(String sql) {
    var unsure = UNSURE.matcher(sql);
    boolean cut = unsure.find();
    String sure = cut ? sql.substring(0, unsure.start()) : sql;
    String template = LITERALS.matcher(sure).replaceAll("?").replaceAll("\\s+", " ").strip();
    int open = template.indexOf('\'');
    if (open >= 0) {
      template = template.substring(0, open);
      cut = true;
    }
    if (template.length() > LONGEST) {
      template = template.substring(0, LONGEST);
      cut = true;
    }
    return cut ? template.strip() + "…" : template;
  }
}
