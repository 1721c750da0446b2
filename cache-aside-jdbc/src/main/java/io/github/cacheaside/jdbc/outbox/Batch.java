package io.github.cacheaside.jdbc.outbox;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.jdbc.LoggedCache;
import io.github.cacheaside.jdbc.outbox.OutboxTable.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of rows that were taken together. Not thread-safe. */
final class Batch {

  /** Rows that may be deleted. */
  final List<String> done = new ArrayList<>();

  /** Rows that fail whatever the store does. */
  final List<String> unreadable = new ArrayList<>(0);

  /** What no row can help, such as a class of a client that can't be loaded. */
  @Nullable Error error;

  /**
   * Invalidates what rows of one cache say.
   *
   * @return a failure that says most of what comes next; null if there was none
   */
  @Nullable Throwable invalidate(LoggedCache<?> cache, List<Row> rows) {
    Map<String, List<Row>> byKind = new HashMap<>();
    rows.forEach(row -> byKind.computeIfAbsent(row.kind(), any -> new ArrayList<>()).add(row));
    Throwable last = null;
    for (List<Row> some : byKind.values()) {
      Throwable failure = attempt(cache, some);
      last = worse(last, isOfRows(failure) ? eachAlone(cache, some, failure) : failure);
    }
    return last;
  }

  /** One that can't be read must not keep the others. */
  private @Nullable Throwable eachAlone(
      LoggedCache<?> cache, List<Row> rows, @Nullable Throwable ofAll) {
    int before = done.size();
    List<String> exceptions = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    Throwable last = null;
    for (Row row : rows) {
      Throwable alone = rows.size() == 1 ? ofAll : attempt(cache, List.of(row));
      if (alone instanceof Error) {
        errors.add(row.id());
      } else if (isOfRows(alone)) {
        exceptions.add(row.id());
      }
      last = worse(last, alone);
      if (alone instanceof CacheException) {
        break; // the store failed, and would for the others
      }
    }
    unreadable.addAll(exceptions);
    if (done.size() > before) { // so the errors are of these rows
      unreadable.addAll(errors);
    } else if (last instanceof Error all) {
      error = all;
    }
    return last;
  }

  /** A store that failed says more of what comes next than a row that can't be read. */
  private static @Nullable Throwable worse(@Nullable Throwable one, @Nullable Throwable other) {
    if (other == null || (one instanceof CacheException && isOfRows(other))) {
      return one;
    }
    return one instanceof Error && other instanceof RuntimeException && isOfRows(other)
        ? one
        : other;
  }

  /**
   * A text that is no key, a kind that is none, tags of a cache without tags, and whatever else the
   * application's functions throw, an Error too: all but what the cache says of its store.
   */
  static boolean isOfRows(@Nullable Throwable failure) {
    return failure != null && !(failure instanceof CacheException);
  }

  private @Nullable Throwable attempt(LoggedCache<?> cache, List<Row> rows) {
    try {
      carryOut(cache, rows.get(0).kind(), rows.stream().map(Row::name).distinct().toList());
      rows.forEach(row -> done.add(row.id()));
      return null;
    } catch (OutOfMemoryError e) {
      throw e; // says nothing of these rows
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  private static void carryOut(LoggedCache<?> cache, String kind, List<String> names) {
    switch (kind.toLowerCase(Locale.ROOT)) {
      case "key" -> cache.invalidate(names);
      case "tag" -> names.forEach(cache::invalidateTag);
      case "all" -> cache.clear();
      default -> throw new IllegalArgumentException("the outbox knows no kind \"" + kind + "\"");
    }
  }
}
