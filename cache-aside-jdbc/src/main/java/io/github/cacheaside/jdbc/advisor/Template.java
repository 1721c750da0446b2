package io.github.cacheaside.jdbc.advisor;

/**
 * A statement without its values: literals, numbers and lists of placeholders are a {@code ?},
 * comments are gone, white space is one blank. What can't be read for certain, since databases read
 * it in different ways, is cut off: no value must come through.
 */
final class Template {
  private static final int LONGEST = 500;
  private static final String CUT = "?…";

  private final String sql;
  private final boolean mysql;
  private final StringBuilder out = new StringBuilder(LONGEST);
  private int at;

  private Template(String sql, boolean mysql) {
    this.sql = sql;
    this.mysql = mysql;
  }

  /**
   * The template of a text.
   *
   * @param mysql whether double quotes hold a text, and {@code #} begins a comment
   */
  static String of(String sql, boolean mysql) {
    return new Template(sql, mysql).read();
  }

  private String read() {
    while (at < sql.length() && out.length() < LONGEST) {
      if (!step(sql.charAt(at))) {
        out.append(CUT);
        break;
      }
    }
    if (at < sql.length() && out.length() >= LONGEST) {
      out.append('…');
    }
    return out.toString().strip().replaceAll("\\?( ?, ?\\?)+", "?, …");
  }

  /** Reads one piece; false if nobody can say what follows. */
  private boolean step(char c) {
    if (Character.isWhitespace(c)) {
      blank();
      at++;
      return true;
    }
    if ((c == '-' && next() == '-') || (c == '#' && mysql)) {
      int end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length() : end;
      blank();
      return true;
    }
    if (c == '/' && next() == '*') {
      return comment();
    }
    if (c == '\'' || (c == '"' && mysql)) {
      return text(c);
    }
    if (c == '"' || c == '`') {
      return name(c);
    }
    if (c == '$' && !isWord(before())) {
      return false; // perhaps PostgreSQL's quotes
    }
    if (isDigit(c) && !isWord(before())) {
      number();
      return true;
    }
    out.append(c);
    at++;
    return true;
  }

  private boolean comment() {
    int end = sql.indexOf("*/", at + 2);
    int inner = sql.indexOf("/*", at + 2);
    if (end < 0 || (inner >= 0 && inner < end)) {
      return false;
    }
    at = end + 2;
    blank();
    return true;
  }

  private boolean text(char quote) {
    int end = end(quote);
    if (end < 0 || sql.substring(at, end).indexOf('\\') >= 0) {
      return false; // a backslash may escape the quote, or not
    }
    at = end + 1;
    out.append('?');
    return true;
  }

  private boolean name(char quote) {
    int end = end(quote);
    if (end < 0) {
      return false;
    }
    out.append(sql, at, end + 1);
    at = end + 1;
    return true;
  }

  /** Where a quoted piece ends; a doubled quote is one within it. */
  private int end(char quote) {
    int end = sql.indexOf(quote, at + 1);
    while (end >= 0 && end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
      end = sql.indexOf(quote, end + 2);
    }
    return end;
  }

  private void number() {
    while (at < sql.length() && (isWord(sql.charAt(at)) || sql.charAt(at) == '.')) {
      boolean exponent = sql.charAt(at) == 'e' || sql.charAt(at) == 'E';
      at++;
      if (exponent && at < sql.length() && (sql.charAt(at) == '-' || sql.charAt(at) == '+')) {
        at++;
      }
    }
    out.append('?');
  }

  private void blank() {
    if (out.length() > 0 && out.charAt(out.length() - 1) != ' ') {
      out.append(' ');
    }
  }

  private char next() {
    return at + 1 < sql.length() ? sql.charAt(at + 1) : ' ';
  }

  private char before() {
    return at > 0 ? sql.charAt(at - 1) : ' ';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }
}
