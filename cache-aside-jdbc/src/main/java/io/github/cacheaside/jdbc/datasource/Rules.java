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
      known = look(sql);
      if (seen.size() >= MOST_REMEMBERED) {
        seen.clear();
      }
      if (sql.length() <= LONGEST_REMEMBERED) {
        seen.put(sql, known);
      }
    }
    return known;
  }

  private Seen look(String sql) {
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
    return switch (parts.get(first).text()) {
      case "SELECT", "WITH", "VALUES", "TABLE" -> query(sql, text);
      case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "TRUNCATE", "UPSERT" -> write(sql);
      case "COMMIT", "END", "BEGIN", "START", "XA" -> Seen.COMMIT;
      case "ROLLBACK", "ABORT" -> hasWord(text, "TO") ? Seen.HARMLESS : Seen.ROLLBACK;
      case "SAVEPOINT", "RELEASE", "SHOW", "DESCRIBE", "DESC" -> Seen.HARMLESS;
      case "EXPLAIN" -> hasWord(text, "ANALYZE") ? Seen.ANYTHING : Seen.HARMLESS;
      case "SET" -> hasWord(text, "AUTOCOMMIT") ? Seen.COMMIT : Seen.OF_THE_SESSION;
      case "USE", "RESET", "DISCARD", "LISTEN", "UNLISTEN" -> Seen.OF_THE_SESSION;
      case "CREATE" ->
          second.startsWith("TEMP") || hasWord(text, "TEMPORARY") ? Seen.ANYTHING : Seen.DDL;
      case "DROP", "RENAME", "COMMENT", "GRANT", "REVOKE", "ANALYZE", "VACUUM" -> Seen.DDL;
      case "ALTER" -> second.equals("SESSION") ? Seen.ANYTHING : Seen.DDL;
      default -> Seen.ANYTHING;
    };
  }

  private static boolean hasWord(SqlText text, String word) {
    return text.parts().stream().anyMatch(part -> part.kind() == Kind.WORD && part.is(word));
  }

  private Seen write(String sql) {
    try {
      Set<String> written = new LinkedHashSet<>(tables.writtenBy(sql));
      if (!hints) {
        written.retainAll(watched);
      }
      return Seen.writing(written);
    } catch (IllegalArgumentException e) {
      return Seen.DDL; // writes to some tables, and leaves the session alone
    }
  }

  private Seen query(String sql, SqlText text) {
    if (mayWrite(text)) {
      return text.isAmbiguous() ? Seen.ANYTHING : Seen.DDL;
    }
    if (hasWord(text, "SET_CONFIG")) {
      return Seen.OF_THE_SESSION;
    }
    try {
      Seen.Caching caching = caching(sql, text);
      if (caching == null) {
        return Seen.HARMLESS;
      }
      SqlStability.requireReading(text);
      SqlStability.requireStable(text);
      return Seen.reading(caching);
    } catch (IllegalArgumentException e) {
      bypasses.refused(sql, e);
      return Seen.HARMLESS;
    }
  }

  /** By its words; a function that writes is not seen. */
  private static boolean mayWrite(SqlText text) {
    if (text.isAmbiguous() && hasAny(text)) {
      return true;
    }
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

  private static boolean hasAny(SqlText text) {
    return text.parts().stream().anyMatch(part -> isChange(part) || part.is(";"));
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
