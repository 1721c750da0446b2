package io.github.cacheaside.jdbc.advisor;

/**
 * A statement without its values: literals, numbers and lists of placeholders are a {@code ?},
 * comments are gone, white space is one blank. What can't be read for certain, since databases read
 * it in different ways, is cut off: no value must come through.
 */
final class Template {
  private static final int LONGEST = 500;
  private static final String CUT = "?…";

  /** After it Oracle has a password that is not quoted, or is quoted as a name. */
  private static final String BEFORE_PASSWORD = "IDENTIFIED";

  private final String sql;
  private final Dialect dialect;
  private final StringBuilder out = new StringBuilder(LONGEST);
  private int at;

  private Template(String sql, Dialect dialect) {
    this.sql = sql;
    this.dialect = dialect;
  }

  /** The template of a text. */
  static String of(String sql, Dialect dialect) {
    return new Template(sql, dialect).read();
  }

  private String read() {
    while (at < sql.length() && out.length() < LONGEST) {
      if (!step(sql.charAt(at))) {
        out.append(CUT);
        break;
      }
    }
    if (out.length() > LONGEST || (at < sql.length() && out.length() == LONGEST)) {
      out.setLength(LONGEST);
      out.append('…');
    }
    return out.toString().strip().replaceAll("\\?( ?, ?\\?)+", "?, …");
  }

  /** Reads one piece; false if it is uncertain what follows. */
  private boolean step(char c) {
    if (Character.isWhitespace(c)) {
      blank();
      at++;
      return true;
    }
    if (c == '-' && next() == '-') {
      return certainlyLineComment() && lineComment();
    }
    if (c == '/' && (next() == '*' || next() == '/')) {
      return next() == '*' && comment(); // two slashes are a comment to some
    }
    if (isDigit(c) && !isWord(before())) {
      return number();
    }
    return switch (c) {
      case '\'', '"', '`' -> quoted(c);
      case '#' -> dialect == Dialect.MYSQL ? lineComment() : isSignHere() && sign(c);
      case '$' -> isWord(before()) && next() != '$' && sign(c); // else perhaps PostgreSQL's quotes
      case '\\' -> false;
      case '[', '{' -> dialect != Dialect.UNKNOWN && sign(c); // else perhaps a name, or a comment
      default -> (isWord(before()) || !isBeforePassword()) && sign(c);
    };
  }

  private boolean sign(char c) {
    out.append(c);
    at++;
    return true;
  }

  /** Of a {@code #}. */
  private boolean isSignHere() {
    return dialect == Dialect.POSTGRESQL || dialect == Dialect.STANDARD;
  }

  private boolean isBeforePassword() {
    int end = at + BEFORE_PASSWORD.length();
    return sql.regionMatches(true, at, BEFORE_PASSWORD, 0, BEFORE_PASSWORD.length())
        && (end >= sql.length() || !isWord(sql.charAt(end)));
  }

  /** To MySQL two dashes before anything but a blank are two signs. */
  private boolean certainlyLineComment() {
    return at + 2 >= sql.length()
        || sql.charAt(at + 2) <= ' '
        || (dialect != Dialect.MYSQL && dialect != Dialect.UNKNOWN);
  }

  /** The databases agree on its end if there is nothing else in it that might be one. */
  private boolean lineComment() {
    int line = sql.indexOf('\n', at);
    int end = line < 0 ? sql.length() : line;
    int text = end > at && end < sql.length() && sql.charAt(end - 1) == '\r' ? end - 1 : end;
    for (int i = at; i < text; i++) {
      char c = sql.charAt(i);
      if ((c < ' ' && c != '\t') || c == '\u0085' || c == '\u2028' || c == '\u2029') {
        return false;
      }
    }
    at = end;
    blank();
    return true;
  }

  private boolean comment() {
    int end = sql.indexOf("*/", at + 2);
    if (end < 0 || isInside("/*", at + 2, end) || isRunByMySql()) {
      return false;
    }
    at = end + 2;
    blank();
    return true;
  }

  private boolean isRunByMySql() {
    return sql.startsWith("/*!", at) || sql.startsWith("/*M!", at);
  }

  private boolean quoted(char quote) {
    boolean unknown = dialect == Dialect.UNKNOWN;
    int end = end(quote);
    if (end < 0
        || isInside("\\", at, end) // which may escape the quote, or not
        || (quote == '`' && dialect == Dialect.POSTGRESQL)
        || (quote == '\'' && isAlternative())
        || (unknown && sql.startsWith(String.valueOf(quote).repeat(3), at))) {
      return false;
    }
    if (quote == '\'' || (quote == '"' && (unknown || dialect == Dialect.MYSQL))) {
      out.append('?');
    } else {
      out.append(sql, at, Math.min(end + 1, at + LONGEST));
    }
    at = end + 1;
    return true;
  }

  /** Whether it is Oracle's {@code q'[…]'}, in which quotes need no second one. */
  private boolean isAlternative() {
    int from = at;
    while (from > 0 && isWord(sql.charAt(from - 1))) {
      from--;
    }
    String word = sql.substring(from, at);
    return word.equalsIgnoreCase("q") || word.equalsIgnoreCase("nq");
  }

  /** Where a quoted piece ends; a doubled quote is one within it. */
  private int end(char quote) {
    int end = sql.indexOf(quote, at + 1);
    while (end >= 0 && end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
      end = sql.indexOf(quote, end + 2);
    }
    return end;
  }

  private boolean isInside(String piece, int from, int to) {
    for (int i = from; i < to; i++) {
      if (sql.startsWith(piece, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean number() {
    while (at < sql.length() && (isWord(sql.charAt(at)) || sql.charAt(at) == '.')) {
      char c = sql.charAt(at);
      if (c == '$') {
        return false;
      }
      at++;
      if ((c == 'e' || c == 'E') && at < sql.length() && isSignOfExponent(sql.charAt(at))) {
        at++;
      }
    }
    out.append('?');
    return true;
  }

  /** Not if it might begin a comment. */
  private boolean isSignOfExponent(char c) {
    return (c == '-' || c == '+') && at + 1 < sql.length() && isDigit(sql.charAt(at + 1));
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
