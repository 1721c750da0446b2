package io.github.cacheaside.jdbc.tables;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.jdbc.text.SqlStability;
import io.github.cacheaside.jdbc.text.SqlText;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Tells which tables a statement reads or writes, by JSqlParser; nothing is guessed. Needs {@code
 * com.github.jsqlparser:jsqlparser} 5.4 or later on the class path.
 *
 * <pre>{@code
 * SqlTables.parsed().withView("inner_planet", "planet").withTouched("planet", "moon")
 * }</pre>
 *
 * <p>A table is named by the last part of its name, in lower case, without quotes, cut to 63 bytes
 * as PostgreSQL does: {@code shop.Planet}, {@code "PLANET"} and {@code planet} are one. Where a
 * database tells two such tables apart, a write to one concerns the results of both: a reload too
 * many, no stale result.
 *
 * <p>A parser does not know what a name stands for. A view counts as the tables that {@link
 * #withView} gives, else as a table of its own, which no write to the tables behind it concerns.
 * The same goes for synonyms, partitions under their own names, and functions that read tables.
 * What triggers and {@code ON DELETE CASCADE} change is for {@link #withTouched} to say.
 *
 * <p>Immutable and thread-safe. Remembers what it found for 2,048 texts.
 */
public final class SqlTables {
  private static final int MOST_REMEMBERED = 2_048;
  private static final int LONGEST_REMEMBERED = 20_000;
  private static final String PARSER = "net.sf.jsqlparser.parser.CCJSqlParser";

  private final Map<String, Set<String>> views;
  private final Map<String, Set<String>> touched;
  private final Map<String, Found> found = new ConcurrentHashMap<>();

  /**
   * What a text says.
   *
   * @param refusal why its tables can't be told, empty if they can
   */
  private record Found(Set<String> tables, String refusal) {}

  private SqlTables(Map<String, Set<String>> views, Map<String, Set<String>> touched) {
    this.views = views;
    this.touched = touched;
  }

  /**
   * By the parser alone, without views and cascades.
   *
   * @return the tables
   * @throws IllegalStateException if JSqlParser is not on the class path
   */
  public static SqlTables parsed() {
    try {
      Class.forName(PARSER, false, SqlTables.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new IllegalStateException(
          "tables need com.github.jsqlparser:jsqlparser 5.4 or later on the class path", e);
    }
    return new SqlTables(Map.of(), Map.of());
  }

  /**
   * Says what a view stands for, wherever its name is read, written or invalidated.
   *
   * @param view its name
   * @param tables the tables that it reads; or further views
   * @return the tables with this view
   * @throws IllegalArgumentException if no table is given, or the view is given already
   */
  public SqlTables withView(String view, String... tables) {
    return new SqlTables(with(views, view, tables, "view"), touched);
  }

  /**
   * Says that a write to one table changes others: by {@code ON DELETE CASCADE}, a trigger, or
   * because they are its partitions.
   *
   * @param table the table that statements write to
   * @param others the tables that change with it; what these touch changes too
   * @return the tables with this addition
   * @throws IllegalArgumentException if no other table is given, or the table is given already
   */
  public SqlTables withTouched(String table, String... others) {
    return new SqlTables(views, with(touched, table, others, "table"));
  }

  private static Map<String, Set<String>> with(
      Map<String, Set<String>> before, String name, String[] tables, String what) {
    if (tables.length == 0) {
      throw new IllegalArgumentException("no tables given for " + what + " " + name);
    }
    Map<String, Set<String>> all = new TreeMap<>(before);
    Set<String> names = new LinkedHashSet<>();
    Arrays.stream(tables).map(TableName::of).forEach(names::add);
    if (all.put(TableName.of(name), names) != null) {
      throw new IllegalArgumentException(what + " " + name + " is given twice");
    }
    return Collections.unmodifiableMap(all);
  }

  /**
   * The tables that a query reads, views replaced by what they stand for.
   *
   * @param sql a query
   * @return their names, unmodifiable; empty for a query without any
   * @throws IllegalArgumentException if it is no query, changes or locks something, or can't be
   *     parsed; the message shows the text without its literals
   */
  public Set<String> readBy(String sql) {
    return tables("r" + sql, sql, this::readBySql);
  }

  /**
   * The tables that a statement changes, those that these touch included.
   *
   * @param sql an {@code INSERT}, {@code UPDATE}, {@code DELETE}, {@code MERGE}, {@code REPLACE} or
   *     {@code TRUNCATE}
   * @return their names, unmodifiable; more than it changes where it names several
   * @throws IllegalArgumentException if it is something else, or can't be parsed; the message shows
   *     the text without its literals
   */
  public Set<String> writtenBy(String sql) {
    return tables("w" + sql, sql, this::writtenBySql);
  }

  /**
   * What a write to some tables changes: their names as this class gives them, views replaced,
   * touched tables added.
   *
   * @param tables names, qualified or quoted as you like
   * @return their names, unmodifiable
   * @throws IllegalArgumentException if one is blank
   */
  public Set<String> written(Collection<String> tables) {
    return expanded(read(tables), touched, true);
  }

  /**
   * What a query of some tables reads: their names as this class gives them, views replaced.
   *
   * @param tables names, qualified or quoted as you like
   * @return their names, unmodifiable
   * @throws IllegalArgumentException if one is blank
   */
  public Set<String> read(Collection<String> tables) {
    Set<String> names = new LinkedHashSet<>();
    tables.forEach(table -> names.add(TableName.of(requireNonNull(table, "table"))));
    return expanded(names, views, false);
  }

  /**
   * Whether a text may name one of some tables, or a view of them; cheap, for most texts do not.
   *
   * @param sql any text
   * @param tables names of tables
   * @return false if it certainly names none
   */
  public boolean mayName(String sql, Collection<String> tables) {
    return mayName(TableName.folded(sql), tables, views);
  }

  private static boolean mayName(
      String text, Collection<String> tables, Map<String, Set<String>> more) {
    return text.contains("u&")
        || tables.stream().map(TableName::of).anyMatch(name -> contains(text, name))
        || more.keySet().stream().anyMatch(name -> contains(text, name));
  }

  /**
   * Whether a statement may change one of some tables, by itself or by what it touches; cheap, for
   * most statements do not.
   *
   * @param sql one statement
   * @param tables names of tables
   * @return false if it certainly changes none, as far as triggers and cascades are given
   */
  public boolean mayChange(String sql, Collection<String> tables) {
    String text = TableName.folded(sql);
    return mayName(text, tables, views) || mayName(text, Set.of(), touched);
  }

  /** A name with a quote in it is written otherwise. */
  private static boolean contains(String text, String name) {
    return name.indexOf('"') >= 0 || name.indexOf('`') >= 0 || text.contains(name);
  }

  private Set<String> tables(String key, String sql, Function<String, Set<String>> how) {
    Found known = found.get(key);
    if (known == null) {
      known = find(sql, how);
      if (found.size() >= MOST_REMEMBERED) {
        found.clear(); // rare where texts have placeholders, and cheap where they have not
      }
      if (sql.length() <= LONGEST_REMEMBERED) {
        found.put(key, known);
      }
    }
    if (!known.refusal.isEmpty()) {
      throw new IllegalArgumentException(known.refusal);
    }
    return known.tables;
  }

  private static Found find(String sql, Function<String, Set<String>> how) {
    try {
      return new Found(how.apply(sql), "");
    } catch (IllegalArgumentException e) {
      return new Found(Set.of(), e.getMessage() + ": " + SqlTemplate.of(sql));
    }
  }

  private Set<String> readBySql(String sql) {
    SqlText text = unambiguous(sql);
    SqlStability.requireReading(text);
    return expanded(new ParsedStatement(sql, text).read(), views, false);
  }

  private Set<String> writtenBySql(String sql) {
    Set<String> names = new ParsedStatement(sql, unambiguous(sql)).written();
    return expanded(expanded(names, views, false), touched, true);
  }

  private static SqlText unambiguous(String sql) {
    SqlText text = SqlText.of(sql);
    if (text.isAmbiguous()) {
      throw new IllegalArgumentException(
          "the tables can't be told, since databases read \\, #, $, //, -- without a blank or a"
              + " comment within a comment in different ways");
    }
    return text;
  }

  private static Set<String> expanded(
      Set<String> names, Map<String, Set<String>> by, boolean keeping) {
    if (by.isEmpty()) {
      return Collections.unmodifiableSet(names);
    }
    Set<String> seen = new LinkedHashSet<>();
    Set<String> all = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      String name = open.removeFirst();
      if (seen.add(name)) {
        Set<String> more = by.getOrDefault(name, Set.of());
        open.addAll(more);
        if (keeping || more.isEmpty()) {
          all.add(name);
        }
      }
    }
    return Collections.unmodifiableSet(all);
  }

  /** Which views and touched tables are known. */
  @Override
  public String toString() {
    return "SqlTables" + List.of("views " + views, "touched " + touched);
  }
}
