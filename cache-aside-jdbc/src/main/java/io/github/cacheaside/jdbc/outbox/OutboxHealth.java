package io.github.cacheaside.jdbc.outbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an outbox is, as its last rounds have seen it. Asking waits for nothing.
 *
 * @param status how it is
 * @param rows rows in the table some seconds ago at most, of all JVMs and caches; what exceeds
 *     100,000 is not counted
 * @param oldest the age of the oldest of them, by the database's clock; zero if there is none
 * @param lastFailure the class of the exception by which a round or an invalidation failed last;
 *     null if none has
 */
public record OutboxHealth(Status status, int rows, Duration oldest, @Nullable String lastFailure) {

  /** How an outbox may be. */
  public enum Status {
    /** Rows are drained. */
    UP,
    /**
     * The table has more rows than {@link OutboxBuilder#largeTable} allows, the oldest is more than
     * a minute old, or rows were put off in the last round, or could not be read in the last
     * minute: old values may be served.
     */
    DEGRADED,
    /**
     * The last round has failed, or the outbox is closed, or its thread has shown no sign of life
     * for a minute and five times {@link OutboxBuilder#every}: nothing is drained here.
     */
    DOWN
  }
}
