package io.github.cacheaside.jdbc.tables;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The one name of a table, however a statement writes it. */
final class TableName {
  /** PostgreSQL cuts longer ones. */
  private static final int MOST_BYTES = 63;

  private static final String QUOTES = "\"`";

  private TableName() {}

  /**
   * The last part, without quotes, in lower case.
   *
   * @throws IllegalArgumentException if there is none
   */
  static String of(String written) {
    String last = unquoted(written.strip()).strip();
    if (last.isEmpty()) {
      throw new IllegalArgumentException("a table has a name but was \"" + written + "\"");
    }
    return cut(folded(last));
  }

  /** A text as names are compared. */
  static String folded(String text) {
    return text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  private static String unquoted(String written) {
    int last = written.length() - 1;
    char quote = last < 1 ? 0 : written.charAt(last);
    if (QUOTES.indexOf(quote) < 0) {
      return written.substring(written.lastIndexOf('.') + 1);
    }
    int start = last - 1;
    while (start >= 0) {
      if (written.charAt(start) != quote) {
        start--;
      } else if (start > 0 && written.charAt(start - 1) == quote) {
        start -= 2; // a doubled one is one of the name
      } else {
        break;
      }
    }
    String one = String.valueOf(quote);
    return written.substring(start + 1, last).replace(one + one, one);
  }

  private static String cut(String name) {
    String cut = name;
    while (cut.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut;
  }
}
