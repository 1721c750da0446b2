package io.github.cacheaside.jdbc.text;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a cache must not answer: statements that change or lock something, and texts whose
 * answer depends on more than the data, such as the clock, chance or the session. It knows words,
 * and no views, functions of the user's or row-level security.
 */
public final class SqlStability {
  /** With or without parentheses, in each database that has them. */
  private static final Set<String> WORDS =
      Set.of(
          "CURRENT_DATE",
          "CURRENT_TIME",
          "CURRENT_TIMESTAMP",
          "CURRENT_USER",
          "CURRENT_ROLE",
          "CURRENT_SCHEMA",
          "CURRENT_CATALOG",
          "CURRENT_PATH",
          "LOCALTIME",
          "LOCALTIMESTAMP",
          "SESSION_USER",
          "SQL_CALC_FOUND_ROWS",
          "SYSDATE",
          "SYSTEM_USER",
          "SYSTIMESTAMP",
          "TABLESAMPLE");

  /** PostgreSQL reads the clock for these, where they become a time. */
  private static final Pattern CLOCK =
      Pattern.compile("'\\s*(now|today|tomorrow|yesterday)(\\s+[0-9:.]+)?\\s*'");

  /** Only if a parenthesis follows: columns may have these names. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "ABORT_SESSION",
          "BENCHMARK",
          "CANCEL_SESSION",
          "CLOCK_TIMESTAMP",
          "CONNECTION_ID",
          "CSVREAD",
          "CSVWRITE",
          "CURDATE",
          "CURRENT_QUERY",
          "CURRENT_SCHEMAS",
          "CURRENT_SETTING",
          "CURRVAL",
          "CURTIME",
          "DATABASE",
          "DATABASE_PATH",
          "DBLINK",
          "DBLINK_EXEC",
          "DISK_SPACE_USED",
          "ENCRYPT",
          "FILE_READ",
          "FILE_WRITE",
          "FOUND_ROWS",
          "GEN_RANDOM_UUID",
          "GETDATE",
          "GET_LOCK",
          "IDENTITY",
          "INET_CLIENT_ADDR",
          "INET_CLIENT_PORT",
          "INET_SERVER_ADDR",
          "INET_SERVER_PORT",
          "IS_FREE_LOCK",
          "IS_USED_LOCK",
          "LASTVAL",
          "LAST_INSERT_ID",
          "LINK_SCHEMA",
          "LOAD_FILE",
          "LOCK_MODE",
          "LOCK_TIMEOUT",
          "LO_CREAT",
          "LO_CREATE",
          "LO_EXPORT",
          "LO_FROM_BYTEA",
          "LO_GET",
          "LO_IMPORT",
          "LO_PUT",
          "LO_UNLINK",
          "MASTER_GTID_WAIT",
          "MASTER_POS_WAIT",
          "MEMORY_FREE",
          "MEMORY_USED",
          "NEXTVAL",
          "NOW",
          "PG_BACKEND_PID",
          "PG_CANCEL_BACKEND",
          "PG_CURRENT_SNAPSHOT",
          "PG_CURRENT_WAL_LSN",
          "PG_CURRENT_XACT_ID",
          "PG_CURRENT_XACT_ID_IF_ASSIGNED",
          "PG_EXPORT_SNAPSHOT",
          "PG_IS_IN_RECOVERY",
          "PG_LOGICAL_EMIT_MESSAGE",
          "PG_MY_TEMP_SCHEMA",
          "PG_NOTIFY",
          "PG_RELOAD_CONF",
          "PG_TERMINATE_BACKEND",
          "PG_XACT_STATUS",
          "PS_CURRENT_THREAD_ID",
          "RAND",
          "RANDOM",
          "RANDOM_BYTES",
          "RANDOM_NORMAL",
          "RANDOM_UUID",
          "RELEASE_ALL_LOCKS",
          "RELEASE_LOCK",
          "ROW_COUNT",
          "SCHEMA",
          "SCOPE_IDENTITY",
          "SECURE_RAND",
          "SESSION_ID",
          "SETSEED",
          "SETVAL",
          "SET_CONFIG",
          "SOURCE_POS_WAIT",
          "STATEMENT_TIMESTAMP",
          "SYS_GUID",
          "TIMEOFDAY",
          "TODAY",
          "TRANSACTION_ID",
          "TRANSACTION_TIMESTAMP",
          "TXID_CURRENT",
          "TXID_CURRENT_IF_ASSIGNED",
          "TXID_CURRENT_SNAPSHOT",
          "TXID_STATUS",
          "USER",
          "UTC_DATE",
          "UTC_TIME",
          "UTC_TIMESTAMP",
          "UUID",
          "UUIDV4",
          "UUIDV7",
          "UUID_GENERATE_V1",
          "UUID_GENERATE_V1MC",
          "UUID_GENERATE_V4",
          "UUID_SHORT",
          "UUID_V4",
          "UUID_V7",
          "WAIT_FOR_EXECUTED_GTID_SET");

  private SqlStability() {}

  /**
   * Refuses what changes something, whatever is allowed otherwise: a second execution would be
   * swallowed.
   *
   * @throws IllegalArgumentException that names what was found
   */
  public static void requireReading(SqlText text) {
    for (int i = 0; i < text.parts().size(); i++) {
      SqlText.Part part = text.parts().get(i);
      if (part.is(";") && text.part(i + 1) != null && !text.isAmbiguous()) {
        throw new IllegalArgumentException("more than one statement can't be cached");
      }
      String change = changing(text, i, part);
      if (change != null) {
        throw new IllegalArgumentException(
            change + " changes or locks something, so the query can't be cached");
      }
    }
  }

  private static @Nullable String changing(SqlText text, int index, SqlText.Part part) {
    if (part.kind() != SqlText.Kind.WORD || isQualified(text, index)) {
      return null;
    }
    SqlText.Part next = text.part(index + 1);
    SqlText.Part previous = text.part(index - 1);
    boolean call = next != null && next.is("(");
    boolean begins = previous != null && previous.is("(");
    return switch (part.text()) {
      case "INTO" -> call ? null : "INTO";
      case "INSERT", "DELETE", "UPDATE", "MERGE" -> begins && !call ? part.text() : null;
      case "FOR" -> next != null && isLock(text, index + 1, next) ? "FOR " + next.text() : null;
      case "LOCK" -> next != null && next.is("IN") ? "LOCK IN SHARE MODE" : null;
      default -> null;
    };
  }

  /** UPDATE, SHARE, NO KEY UPDATE, KEY SHARE. */
  private static boolean isLock(SqlText text, int index, SqlText.Part part) {
    SqlText.Part next = text.part(index + 1);
    return part.is("UPDATE")
        || part.is("SHARE")
        || (part.is("NO") && next != null && next.is("KEY"))
        || (part.is("KEY") && next != null && next.is("SHARE"));
  }

  /**
   * Refuses what may answer differently though the data is the same.
   *
   * @throws IllegalArgumentException that names what was found
   */
  public static void requireStable(SqlText text) {
    for (int i = 0; i < text.parts().size(); i++) {
      String found = unstable(text, i, text.parts().get(i));
      if (found != null) {
        throw new IllegalArgumentException(
            found
                + " depends on the clock, chance or the session, so the query is not cached; pass"
                + " the value as a parameter, or say unstable() to cache it all the same");
      }
    }
  }

  private static @Nullable String unstable(SqlText text, int index, SqlText.Part part) {
    if (part.is("@") && isVariable(text, index, part)) {
      return "a variable (@)";
    }
    if (part.kind() == SqlText.Kind.QUOTED) {
      String quoted = part.text().toLowerCase(Locale.ROOT);
      return CLOCK.matcher(quoted).matches() ? quoted : null;
    }
    if (part.kind() != SqlText.Kind.WORD) {
      return null;
    }
    if (isOfSequence(text, index, part)) {
      return "a sequence's " + part.text();
    }
    if (isQualified(text, index)) {
      return null;
    }
    if (WORDS.contains(part.text())) {
      return part.text();
    }
    return isUnstableCall(text, index, part) ? part.text() + "()" : null;
  }

  private static boolean isUnstableCall(SqlText text, int index, SqlText.Part part) {
    SqlText.Part next = text.part(index + 1);
    if (next == null || !next.is("(")) {
      return false;
    }
    SqlText.Part afterNext = text.part(index + 2);
    boolean noArgument = afterNext != null && afterNext.is(")");
    return FUNCTIONS.contains(part.text())
        || (part.is("UNIX_TIMESTAMP") && noArgument)
        || (part.is("AGE") && hasOneArgument(text, index + 2)) // from today on
        || part.text().startsWith("PG_ADVISORY")
        || part.text().startsWith("PG_TRY_ADVISORY");
  }

  private static boolean hasOneArgument(SqlText text, int first) {
    int depth = 0;
    for (int i = first; i < text.parts().size(); i++) {
      SqlText.Part part = text.parts().get(i);
      if (part.is("(")) {
        depth++;
      } else if (part.is(")") && depth-- == 0) {
        return true;
      } else if (part.is(",") && depth == 0) {
        return false;
      }
    }
    return true;
  }

  /** {@code s.NEXTVAL}, {@code NEXT VALUE FOR s} and their like. */
  private static boolean isOfSequence(SqlText text, int index, SqlText.Part part) {
    SqlText.Part previous = text.part(index - 1);
    SqlText.Part next = text.part(index + 1);
    if (part.is("VALUE")) {
      return previous != null
          && (previous.is("NEXT") || previous.is("CURRENT") || previous.is("PREVIOUS"))
          && next != null
          && next.is("FOR");
    }
    return (part.is("NEXTVAL") || part.is("CURRVAL")) && previous != null && previous.is(".");
  }

  /** A column of some table, and no word of the language. A function may be qualified, too. */
  private static boolean isQualified(SqlText text, int index) {
    SqlText.Part previous = text.part(index - 1);
    SqlText.Part next = text.part(index + 1);
    return previous != null && previous.is(".") && (next == null || !next.is("("));
  }

  /** And no operator of PostgreSQL's, such as {@code @>}: a name follows at once. */
  private static boolean isVariable(SqlText text, int index, SqlText.Part at) {
    SqlText.Part next = text.part(index + 1);
    SqlText.Part previous = text.part(index - 1);
    if (previous != null && previous.end() == at.start() && previous.is("<")) {
      return false;
    }
    return next != null
        && next.start() == at.end()
        && (next.kind() == SqlText.Kind.WORD || next.kind() == SqlText.Kind.QUOTED || next.is("@"))
        && !(next.is("@") && !followsAtOnce(text, index + 1));
  }

  private static boolean followsAtOnce(SqlText text, int index) {
    SqlText.Part at = text.parts().get(index);
    SqlText.Part next = text.part(index + 1);
    return next != null && next.start() == at.end() && next.kind() == SqlText.Kind.WORD;
  }
}
