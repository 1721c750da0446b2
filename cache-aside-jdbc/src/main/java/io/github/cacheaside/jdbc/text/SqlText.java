package io.github.cacheaside.jdbc.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An SQL text, split as far as a cache has to understand it: words, signs, placeholders, and what
 * is quoted or a comment.
 *
 * <p>The databases do not agree on where a quoted text or a comment ends: backslashes, {@code #},
 * {@code $tag$}, {@code --} without a blank after it, and comments within comments mean one thing
 * to one of them and another thing to another. A text that has these where it matters is
 * {@linkplain #isAmbiguous() ambiguous}, and is never changed.
 */
public final class SqlText {
  /** What a part of the text is. */
  public enum Kind {
    WORD,
    SIGN,
    /** {@code ?} */
    PLACEHOLDER,
    /** {@code :name} */
    NAME,
    QUOTED
  }

  /**
   * A part of the text.
   *
   * @param end where the next part may begin
   */
  public record Part(Kind kind, int start, int end, String text) {
    public boolean is(String other) {
      return text.equals(other);
    }
  }

  private static final char DELETE = 127;

  /** With more of the text after it. */
  private static final Pattern CARRIAGE_RETURN = Pattern.compile("\\r[^\\n]");

  /** What a database takes for a comment that ends with its line. */
  private enum Comments {
    /** Not certain: where the others differ, the text is ambiguous. */
    ANY,
    /** From two dashes to a line feed or a carriage return. */
    STANDARD,
    /** From two dashes to a line feed. */
    TO_LINE_FEED,
    /** From two dashes and a blank to a line feed; two dashes without one are signs. */
    AFTER_BLANK
  }

  private final String sql;
  private final Comments comments;
  private final List<Part> parts = new ArrayList<>();
  private boolean ambiguous;
  private boolean oddComments;
  private int at;

  private SqlText(String sql, Comments comments) {
    this.sql = sql;
    this.comments = comments;
  }

  public static SqlText of(String sql) {
    SqlText text = new SqlText(sql, Comments.ANY);
    while (text.at < sql.length()) {
      text.next();
    }
    return text;
  }

  /**
   * The texts that databases may read in this one, which do not agree on where a comment of one
   * line begins and ends; without these comments. The text as it is if they agree.
   */
  public static List<String> readings(String sql) {
    if (!sql.contains("--") || !of(sql).oddComments) {
      return List.of(sql);
    }
    List<String> readings =
        Stream.of(Comments.STANDARD, Comments.TO_LINE_FEED, Comments.AFTER_BLANK)
            .map(comments -> new SqlText(sql, comments).withoutLineComments())
            .filter(reading -> !reading.stripLeading().startsWith("-")) // no statement does
            .distinct()
            .toList();
    return readings.isEmpty() ? List.of(sql) : readings;
  }

  private String withoutLineComments() {
    StringBuilder out = new StringBuilder(sql.length() + 2);
    while (at < sql.length()) {
      int start = at;
      boolean dashes = sql.startsWith("--", at);
      next();
      out.append(!dashes ? sql.substring(start, at) : isComment(start) ? "\n" : "- ");
    }
    return out.toString();
  }

  /** In order; comments and white space left out. Words are in upper case. */
  public List<Part> parts() {
    return parts;
  }

  public boolean isAmbiguous() {
    return ambiguous;
  }

  /** The part after or before another one, null beyond the ends. */
  public @Nullable Part part(int index) {
    return index >= 0 && index < parts.size() ? parts.get(index) : null;
  }

  private void next() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (c == '\'' || c == '"' || c == '`') {
      quoted(c);
    } else if (sql.startsWith("--", at)) {
      lineComment();
    } else if (sql.startsWith("/*", at)) {
      comment();
    } else if ((Character.isJavaIdentifierStart(c) && c != '$') || Character.isDigit(c)) {
      word();
    } else if (c == '?') {
      placeholder();
    } else if (c == ':') {
      colon();
    } else {
      // Two slashes begin a comment of H2's.
      ambiguous |= c == '#' || c == '$' || c == '\\' || sql.startsWith("//", at);
      add(Kind.SIGN, at + 1);
    }
  }

  private void add(Kind kind, int end) {
    String text = sql.substring(at, end);
    parts.add(new Part(kind, at, end, kind == Kind.WORD ? text.toUpperCase(Locale.ROOT) : text));
    at = end;
  }

  private boolean isComment(int dashes) {
    return comments != Comments.AFTER_BLANK || isBlank(dashes + 2);
  }

  private boolean isBlank(int index) {
    return index >= sql.length() || sql.charAt(index) <= ' ' || sql.charAt(index) == DELETE;
  }

  /** MySQL wants white space after the dashes, and does not end a comment at a carriage return. */
  private void lineComment() {
    boolean blank = isBlank(at + 2);
    if (!isComment(at)) {
      add(Kind.SIGN, at + 1); // the next one may begin a comment
      return;
    }
    int newline = sql.indexOf('\n', at);
    int end = newline < 0 ? sql.length() : newline + 1;
    Matcher goesOn = CARRIAGE_RETURN.matcher(sql).region(at, end);
    boolean odd = goesOn.find();
    if (comments == Comments.ANY) {
      oddComments |= odd || !blank;
      ambiguous |= odd || !blank;
    }
    at = odd && comments == Comments.STANDARD ? goesOn.start() + 1 : end;
  }

  private void comment() {
    int end = sql.indexOf("*/", at + 2);
    if (end < 0
        || sql.substring(at + 2, end).contains("/*")
        || sql.startsWith("/*!", at)
        || sql.startsWith("/*M!", at)) {
      ambiguous = true;
    }
    at = end < 0 ? sql.length() : end + 2;
  }

  private void quoted(char quote) {
    int end = at + 1;
    while (true) {
      end = sql.indexOf(quote, end);
      if (end < 0) {
        ambiguous = true;
        end = sql.length();
        break;
      }
      end++;
      if (end >= sql.length() || sql.charAt(end) != quote) {
        break;
      }
      end++; // a doubled one is one of the text
    }
    ambiguous |= sql.substring(at, end).indexOf('\\') >= 0;
    add(Kind.QUOTED, end);
  }

  private void word() {
    int end = at + 1;
    while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
      end++;
    }
    ambiguous |= sql.substring(at, end).indexOf('$') >= 0;
    add(Kind.WORD, end);
  }

  /** Two in a row are pgjdbc's way to write an operator. */
  private void placeholder() {
    if (sql.startsWith("??", at)) {
      add(Kind.SIGN, at + 2);
    } else {
      add(Kind.PLACEHOLDER, at + 1);
    }
  }

  private void colon() {
    if (sql.startsWith("::", at) || sql.startsWith(":=", at)) {
      add(Kind.SIGN, at + 2);
      return;
    }
    int end = at + 1;
    while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
      end++;
    }
    boolean name = end > at + 1 && Character.isJavaIdentifierStart(sql.charAt(at + 1));
    add(name ? Kind.NAME : Kind.SIGN, name ? end : at + 1);
  }
}
