package io.github.cacheaside.jdbc.datasource;

import io.github.cacheaside.jdbc.tables.SqlTables;
import io.github.cacheaside.jdbc.text.SqlStability;
import io.github.cacheaside.jdbc.text.SqlText;
import io.github.cacheaside.jdbc.text.SqlText.Kind;
import io.github.cacheaside.jdbc.text.SqlText.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sees what a text does, and which rule it matches; remembers it for some thousand texts. */
final class Rules {
  private static final int MOST_REMEMBERED = 4_096;
  private static final int LONGEST_REMEMBERED = 10_000;
  private static final Pattern HINT =
      Pattern.compile("/\\*\\s*cache-aside\\s+ttl=([0-9]{1,9})(ms|s|m|h)\\s*\\*/");

  /** In a text of which not even that is certain where its words are. */
  private static final Pattern CHANGE =
      Pattern.compile(
          "\\b(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|INTO|CALL|DROP|ALTER|CREATE|SET_CONFIG)\\b"
              + "|\\bREPLACE\\s+INTO|;",
          Pattern.CASE_INSENSITIVE);

  /** Harmless wherever it stands: a lock, and the end of the text. */
  private static final Pattern NO_CHANGE =
      Pattern.compile("\\bFOR\\s+(NO\\s+KEY\\s+)?UPDATE\\b|;\\s*$", Pattern.CASE_INSENSITIVE);

  /** What may stand before a parenthesis and calls nothing, or a function that only reads. */
  private static final Set<String> NO_WRITING_CALL =
      Set.of(
          ("ALL AND ANY AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXISTS FILTER FROM "
                  + "HAVING IN INTERSECT JOIN LATERAL LIKE LIMIT MATERIALIZED NOT OFFSET ON OR "
                  + "OVER SELECT SOME THEN UNION USING VALUES WHEN WHERE WITH CHAR DECIMAL "
                  + "NUMERIC VARCHAR ABS AVG CAST COALESCE CONCAT COUNT EXTRACT IFNULL LENGTH "
                  + "LOWER MAX MIN NULLIF RANK ROUND ROW_NUMBER SUBSTRING SUM TRIM UPPER")
              .split(" "));

  private record Rule(CacheRule rule, Set<String> tables, @Nullable String template) {}

  private final SqlTables tables;
  private final List<Rule> rules = new ArrayList<>();
  private final Set<String> watched = new LinkedHashSet<>();
  private final boolean hints;
  private final Bypasses bypasses;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /**
   * Rules, checked.
   *
   * @throws IllegalArgumentException if a rule's query can't be cached
   */
  Rules(SqlTables tables, List<CacheRule> given, Bypasses bypasses) {
    this.tables = tables;
    this.bypasses = bypasses;
    this.hints = given.stream().anyMatch(CacheRule::isHint);
    for (CacheRule rule : given) {
      String query = rule.query();
      Set<String> names = rule.isHint() ? Set.of() : tables.read(rule.tables());
      if (query != null) {
        SqlText text = SqlText.of(query);
        SqlStability.requireStable(text);
        names = tables.readBy(query);
        rules.add(new Rule(rule, names, template(text)));
      } else {
        rules.add(new Rule(rule, names, null));
      }
      watched.addAll(names);
    }
  }

  Seen see(String sql) {
    Seen known = seen.get(sql);
    if (known == null) {
      known =
          SqlText.readings(sql).stream()
              .map(reading -> look(reading, sql))
              .reduce(Seen::then)
              .orElseThrow();
      if (seen.size() >= MOST_REMEMBERED) {
        seen.clear();
      }
      if (sql.length() <= LONGEST_REMEMBERED) {
        seen.put(sql, known);
      }
    }
    return known;
  }

  /**
   * What one reading of a text does.
   *
   * @param whole the text as it is: comments of one line may be none where a quotation is unclear
   */
  private Seen look(String sql, String whole) {
    SqlText text = SqlText.of(sql);
    List<Part> parts = text.parts();
    int first = 0;
    while (first < parts.size() && parts.get(first).is("(")) {
      first++;
    }
    if (first == parts.size()) {
      return text.isAmbiguous() ? Seen.ANYTHING : Seen.HARMLESS;
    }
    if (parts.subList(0, parts.size() - 1).stream().anyMatch(part -> part.is(";"))) {
      return Seen.ANYTHING;
    }
    Part next = text.part(first + 1);
    String second = next == null ? "" : next.text();
    String verb = parts.get(first).text();
    if (text.isAmbiguous()) {
      return ambiguous(verb, sql, whole, text);
    }
    return switch (verb) {
      case "SELECT", "WITH", "VALUES", "TABLE" -> query(sql, text);
      case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT" -> write(sql);
      case "TRUNCATE" -> truncate(sql);
      case "COMMIT" -> isOfAnother(text, first) ? Seen.ANYTHING : Seen.COMMIT;
      case "END", "BEGIN", "START" -> Seen.COMMIT;
      case "ROLLBACK", "ABORT" -> rollback(text, first);
      case "SAVEPOINT", "RELEASE", "SHOW" -> Seen.HARMLESS;
      case "EXPLAIN", "DESCRIBE", "DESC" ->
          hasWord(text, "ANALYZE") || hasWord(text, "ANALYSE") ? Seen.ANYTHING : Seen.HARMLESS;
      case "SET" -> second.equals("STATEMENT") ? Seen.ANYTHING : set(text); // MariaDB: … FOR UPDATE
      case "USE", "RESET", "DISCARD", "LISTEN", "UNLISTEN" -> Seen.OF_THE_SESSION;
      case "CREATE" -> isTemporary(text) ? Seen.ANYTHING : Seen.DDL;
      case "DROP", "RENAME", "COMMENT", "GRANT", "REVOKE", "ANALYZE", "VACUUM" -> Seen.DDL;
      case "ALTER" -> second.equals("SESSION") ? Seen.ANYTHING : Seen.DDL;
      default -> Seen.ANYTHING;
    };
  }

  /** A quotation or a comment may end elsewhere than it seems, and hide what follows. */
  private Seen ambiguous(String verb, String sql, String whole, SqlText text) {
    String rest = NO_CHANGE.matcher(whole).replaceAll(" ");
    return switch (verb) {
      case "SELECT", "WITH", "VALUES", "TABLE" ->
          CHANGE.matcher(rest).find() ? Seen.ANYTHING : query(sql, text);
      case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT" ->
          rest.indexOf(';') >= 0 ? Seen.ANYTHING : Seen.SOMEWHERE;
      default -> Seen.ANYTHING;
    };
  }

  /**
   * Whether it ends a transaction that another connection has prepared: {@code COMMIT PREPARED
   * 'x'}, H2's {@code COMMIT TRANSACTION x}.
   */
  private static boolean isOfAnother(SqlText text, int verb) {
    Part next = text.part(verb + 1);
    Part name = text.part(verb + 2);
    return next != null
        && (next.is("PREPARED")
            || (next.is("TRANSACTION")
                && name != null
                && !name.is("AND")
                && !name.is("TO")
                && !name.is(";")));
  }

  private static Seen rollback(SqlText text, int verb) {
    if (isOfAnother(text, verb)) {
      return Seen.ANYTHING;
    }
    return hasWord(text, "TO") ? Seen.HARMLESS : Seen.ROLLBACK;
  }

  private static Seen set(SqlText text) {
    if (hasWord(text, "AUTOCOMMIT")) {
      return Seen.COMMIT;
    }
    return text.parts().stream().anyMatch(Rules::isOfTransactions)
        ? Seen.OF_TRANSACTIONS
        : Seen.OF_THE_SESSION;
  }

  /** SET TRANSACTION, SET default_transaction_isolation, SET LOCK_MODE of H2, … */
  private static boolean isOfTransactions(Part part) {
    return part.kind() == Kind.WORD
        && (part.text().contains("TRANSACTION")
            || part.text().contains("ISOLATION")
            || part.is("TX_READ_ONLY")
            || part.is("LOCK_MODE"));
  }

  /** A table that only this session has, perhaps of another one's name. */
  private static boolean isTemporary(SqlText text) {
    return text.parts().stream()
        .map(part -> part.text().toUpperCase(Locale.ROOT))
        .anyMatch(
            word ->
                word.equals("TEMP")
                    || word.equals("TEMPORARY")
                    || word.startsWith("PG_TEMP")
                    || word.startsWith("\"PG_TEMP"));
  }

  private static boolean hasWord(SqlText text, String word) {
    return text.parts().stream().anyMatch(part -> part.kind() == Kind.WORD && part.is(word));
  }

  private Seen write(String sql) {
    Set<String> written = written(sql);
    return written == null ? Seen.SOMEWHERE : Seen.writing(written);
  }

  private Seen truncate(String sql) {
    Set<String> written = written(sql);
    return written == null ? Seen.DDL : Seen.truncating(written);
  }

  /** Of the tables that are watched; null if it can't be told. */
  private @Nullable Set<String> written(String sql) {
    if (!hints && !tables.mayChange(sql, watched)) {
      return Set.of(); // most texts that differ in their literals need not be parsed each
    }
    try {
      Set<String> written = new LinkedHashSet<>(tables.writtenBy(sql));
      if (!hints) {
        written.retainAll(watched);
      }
      return written;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private Seen query(String sql, SqlText text) {
    if (mayWrite(text)) {
      return text.isAmbiguous() || isTemporary(text) ? Seen.ANYTHING : Seen.SOMEWHERE;
    }
    if (hasWord(text, "SET_CONFIG")) {
      return Seen.OF_TRANSACTIONS; // perhaps
    }
    boolean calls = calls(sql, text);
    try {
      Seen.Caching caching = caching(sql, text);
      if (caching == null) {
        return calls ? Seen.CALLING : Seen.HARMLESS;
      }
      SqlStability.requireReading(text);
      SqlStability.requireStable(text);
      return Seen.reading(caching, calls);
    } catch (IllegalArgumentException e) {
      bypasses.refused(sql, e);
      return calls ? Seen.CALLING : Seen.HARMLESS;
    }
  }

  /** Whether it locks, or calls a function that is not known to only read. */
  private static boolean calls(String sql, SqlText text) {
    if (hasWord(text, "FOR") || hasWord(text, "LOCK")) {
      return true;
    }
    if (text.isAmbiguous()) {
      return sql.indexOf('(') >= 0;
    }
    for (int i = 1; i < text.parts().size(); i++) {
      Part before = text.parts().get(i - 1);
      Part qualified = text.part(i - 2);
      boolean name = before.kind() == Kind.WORD || before.kind() == Kind.QUOTED;
      boolean known =
          NO_WRITING_CALL.contains(before.text()) && (qualified == null || !qualified.is("."));
      if (text.parts().get(i).is("(") && name && !known) {
        return true;
      }
    }
    return false;
  }

  /** By its words; a function that writes is not seen. */
  private static boolean mayWrite(SqlText text) {
    for (int i = 0; i < text.parts().size(); i++) {
      Part part = text.parts().get(i);
      Part before = text.part(i - 1);
      Part after = text.part(i + 1);
      boolean call = after != null && after.is("(");
      if (part.kind() == Kind.WORD
          && ((part.is("INTO") && !call)
              || (isChange(part)
                  && before != null
                  && (before.is("(") || before.is(")"))
                  && !call))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isChange(Part part) {
    return part.is("INSERT") || part.is("UPDATE") || part.is("DELETE") || part.is("MERGE");
  }

  private Seen.@Nullable Caching caching(String sql, SqlText text) {
    Set<String> read = null;
    for (Rule each : rules) {
      if (each.rule.isHint()) {
        Duration ttl = hinted(sql);
        if (ttl != null) {
          return new Seen.Caching(tables.readBy(sql), ttl, each.rule.inSnapshots());
        }
      } else if (each.template != null) {
        if (!text.isAmbiguous() && each.template.equals(template(text))) {
          return new Seen.Caching(each.tables, each.rule.ttl(), each.rule.inSnapshots());
        }
      } else if (tables.mayName(sql, each.rule.tables())) {
        read = read == null ? tables.readBy(sql) : read;
        if (!read.isEmpty() && each.tables.containsAll(read)) {
          return new Seen.Caching(read, each.rule.ttl(), each.rule.inSnapshots());
        }
      }
    }
    return null;
  }

  private static @Nullable Duration hinted(String sql) {
    int at = sql.indexOf("cache-aside");
    Matcher matcher = HINT.matcher(sql);
    if (at < 0 || !matcher.find()) {
      return null;
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration ttl =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          default -> Duration.ofHours(amount);
        };
    return io.github.cacheaside.Ttl.check(ttl, "ttl of the hint");
  }

  /** Words, signs and placeholders; literals are placeholders. */
  private static String template(SqlText text) {
    return text.parts().stream()
        .map(Rules::form)
        .collect(Collectors.joining(" "))
        .replace("? . ?", "?");
  }

  private static String form(Part part) {
    boolean literal =
        part.kind() == Kind.QUOTED
            ? part.text().charAt(0) == '\''
            : part.kind() == Kind.WORD && Character.isDigit(part.text().charAt(0));
    return literal ? "?" : part.text();
  }
}
