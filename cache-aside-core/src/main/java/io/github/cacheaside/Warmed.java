package io.github.cacheaside;

import org.jspecify.annotations.Nullable;

/**
 * What a warming has done so far; every key is in one of the last four counts.
 *
 * @param done the keys that were dealt with
 * @param hits those that were cached already, or that another caller loaded meanwhile; a key that
 *     was given twice in a batch counts here the second time
 * @param loaded those that were loaded, and that the store has accepted
 * @param absent those without a row, whether the database said so or a cached absence
 * @param failed those that are not cached: their load or the store failed, they were being written
 *     or were invalidated during the load, or their TTL or serializer does not let them be cached
 * @param failure what failed first; null if nothing did
 */
public record Warmed(
    long done, long hits, long loaded, long absent, long failed, @Nullable Throwable failure) {

  /** Nothing done yet. */
  public static final Warmed NOTHING = new Warmed(0, 0, 0, 0, 0, null);

  /**
   * Sums up two warmings.
   *
   * @param more what was done besides
   * @return the sums, with the failure that came first
   */
  public Warmed plus(Warmed more) {
    return new Warmed(
        done + more.done,
        hits + more.hits,
        loaded + more.loaded,
        absent + more.absent,
        failed + more.failed,
        failure == null ? more.failure : failure);
  }
}
