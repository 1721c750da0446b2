package io.github.cacheaside.jdbc.datasource;

import java.time.Duration;
import java.util.Objects;
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
    /** Changes no table; what changes a session commits in some databases. */
    READ,
    /** Reads, but locks, or calls a function, which may write. */
    CALL,
    WRITE,
    /** Writes, and commits in some databases. */
    COMMITTING,
    /** Ends a transaction, or begins one, which ends another one. */
    COMMIT,
    ROLLBACK;

    private boolean ends() {
      return this != READ && this != CALL && this != WRITE;
    }

    private boolean reads() {
      return this == READ || this == CALL;
    }
  }

  /** How a result is cached. */
  record Caching(Set<String> tables, Duration ttl, boolean inSnapshots) {}

  /** Begins a batch, too. */
  static final Seen HARMLESS = new Seen(Kind.READ, Set.of(), false, null);

  static final Seen CALLING = new Seen(Kind.CALL, Set.of(), false, null);
  static final Seen OF_THE_SESSION = new Seen(Kind.READ, Set.of(), true, null);
  static final Seen COMMIT = new Seen(Kind.COMMIT, Set.of(), true, null);
  static final Seen ROLLBACK = new Seen(Kind.ROLLBACK, Set.of(), true, null);

  /** May write to whatever it likes. */
  static final Seen ANYTHING = new Seen(Kind.WRITE, null, true, null);

  /** Changes the schema, and with it any table. */
  static final Seen DDL = new Seen(Kind.COMMITTING, null, false, null);

  /** Writes to tables that can't be told. */
  static final Seen SOMEWHERE = new Seen(Kind.WRITE, null, false, null);

  /** Changes how transactions begin, or are isolated. */
  static final Seen OF_TRANSACTIONS = new Seen(Kind.COMMITTING, Set.of(), true, null);

  static Seen writing(Set<String> tables) {
    return new Seen(Kind.WRITE, tables, false, null);
  }

  static Seen truncating(Set<String> tables) {
    return new Seen(Kind.COMMITTING, tables, false, null);
  }

  /** Both, one after the other, as one call; or either of two readings of one text. */
  Seen then(Seen next) {
    boolean beside =
        kind.reads() != next.kind.reads() && (kind.reads() ? session : next.session); // SET
    Kind both =
        kind.ends() || next.kind.ends() || beside
            ? Kind.COMMITTING
            : kind.compareTo(next.kind) > 0 ? kind : next.kind;
    Caching same = Objects.equals(caching, next.caching) ? caching : null;
    return new Seen(both, Engine.union(tables, next.tables), session || next.session, same);
  }

  static Seen reading(Caching caching, boolean calls) {
    return new Seen(calls ? Kind.CALL : Kind.READ, Set.of(), false, caching);
  }
}
