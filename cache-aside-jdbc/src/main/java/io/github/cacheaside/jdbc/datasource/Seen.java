package io.github.cacheaside.jdbc.datasource;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a text does, as far as this data source is concerned.
 *
 * @param kind what it does to the transaction
 * @param tables what it writes to, of the tables that are watched; null for all
 * @param session whether sessions may differ after it
 * @param caching how its result is cached; null if not
 */
record Seen(Kind kind, @Nullable Set<String> tables, boolean session, @Nullable Caching caching) {
  enum Kind {
    /** Changes nothing. */
    READ,
    WRITE,
    /** Ends a transaction, or begins one, which ends another one. */
    COMMIT,
    ROLLBACK
  }

  /** How a result is cached. */
  record Caching(Set<String> tables, Duration ttl, boolean inSnapshots) {}

  static final Seen HARMLESS = new Seen(Kind.READ, Set.of(), false, null);
  static final Seen OF_THE_SESSION = new Seen(Kind.READ, Set.of(), true, null);
  static final Seen COMMIT = new Seen(Kind.COMMIT, Set.of(), true, null);
  static final Seen ROLLBACK = new Seen(Kind.ROLLBACK, Set.of(), true, null);

  /** May write to whatever it likes. */
  static final Seen ANYTHING = new Seen(Kind.WRITE, null, true, null);

  /** Changes the schema, and with it any table. */
  static final Seen DDL = new Seen(Kind.WRITE, null, false, null);

  static Seen writing(Set<String> tables) {
    return new Seen(Kind.WRITE, tables, false, null);
  }

  static Seen reading(Caching caching) {
    return new Seen(Kind.READ, Set.of(), false, caching);
  }
}
