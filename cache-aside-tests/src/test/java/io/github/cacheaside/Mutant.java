package io.github.cacheaside;

import io.github.cacheaside.Play.Beginning;
import io.github.cacheaside.Play.Cast;
import io.github.cacheaside.engine.load.Flight;
import io.github.cacheaside.engine.load.Flights;
import io.github.cacheaside.spi.CacheStore;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The protocol with one rule changed.
 *
 * @param cast who shows the difference
 * @param shownBy what goes wrong
 * @param play makes a play of the cast over a store
 */
record Mutant(String name, Cast cast, String shownBy, BiFunction<Cast, CacheStore, Play> play) {
  private static final String OLD = "an old value";
  private static final Cast NO_WRITER = cast("AB", "", "");
  private static final Cast WRITER = cast("A", "", "W");
  private static final Cast TICKET = cast("a", "", "W");
  private static final Cast FENCED_WRITER = cast("AB", "W", "");
  private static final Cast DUE =
      new Cast("A", "", "W", Beginning.OLD_VALUE_DUE, /* fine= */ false);
  private static final Cast RENEWING =
      new Cast("A", "", "W", Beginning.NOTHING_CACHED, /* fine= */ true);

  static List<Mutant> all() {
    return List.of(
        store("fill without token", WRITER, OLD, MutantStores.FillsWithoutToken::new),
        store("fill of a ticket without token", TICKET, OLD, MutantStores.FillsWithoutToken::new),
        store("renewal grants anew", RENEWING, OLD, MutantStores.RenewalGrantsAnew::new),
        store("lease replaces lease", NO_WRITER, "2 loads", MutantStores.LeaseReplacesLease::new),
        store("fill of a refresh without token", DUE, OLD, MutantStores.FillsWithoutToken::new),
        store("drop spares refreshes", DUE, OLD, MutantStores.DropSparesRefreshes::new),
        store(
            "refresh replaces refresh",
            new Cast("AB", "", "", Beginning.OLD_VALUE_DUE, /* fine= */ false),
            "2 loads",
            MutantStores.RefreshReplacesRefresh::new),
        store("drop skipped", WRITER, OLD, MutantStores.DropSkipped::new),
        store("drop spares leases", WRITER, OLD, MutantStores.DropSparesLeases::new),
        new Mutant("drop before commit", WRITER, OLD, InvalidatesFirst::new),
        store("intent skipped", FENCED_WRITER, OLD, MutantStores.IntentSkipped::new),
        store("intent spares leases", FENCED_WRITER, OLD, MutantStores.IntentSparesLeases::new),
        store("lease replaces marks", FENCED_WRITER, OLD, MutantStores.LeaseReplacesMarks::new),
        store("drop wipes marks", cast("AB", "W", "X"), OLD, MutantStores.DropWipesMarks::new),
        store("release deletes", cast("AB", "WX", ""), OLD, MutantStores.ReleaseDeletes::new),
        store(
            "release skipped",
            FENCED_WRITER,
            "nothing is cached",
            MutantStores.ReleaseSkipped::new),
        new Mutant(
            "any flight is joined",
            cast("AA", "", "W"),
            OLD,
            (cast, store) -> new Play(cast, store, JoinsAnyFlight::new)),
        new Mutant(
            "a ticket's flight is joined whenever",
            cast("aA", "", "W"),
            OLD,
            (cast, store) -> new Play(cast, store, JoinsAnyFlight::new)),
        new Mutant(
            "detach skipped, without leases, by ticket",
            cast("a", "", "A"),
            OLD,
            (cast, store) -> new Play(cast, new ForeignStore(store), IgnoresDetach::new)),
        new Mutant(
            "detach skipped, without leases",
            cast("AA", "", "A"),
            OLD,
            (cast, store) -> new Play(cast, new ForeignStore(store), IgnoresDetach::new)));
  }

  private static Cast cast(String readers, String fencing, String invalidating) {
    return new Cast(readers, fencing, invalidating, Beginning.NOTHING_CACHED, /* fine= */ false);
  }

  private static Mutant store(
      String name, Cast cast, String shownBy, UnaryOperator<CacheStore> change) {
    return new Mutant(name, cast, shownBy, (same, store) -> new Play(same, change.apply(store)));
  }

  Play over(CacheStore store) {
    return play.apply(cast, store);
  }

  @Override
  public String toString() {
    return name;
  }

  private static final class InvalidatesFirst extends Play {
    InvalidatesFirst(Cast cast, CacheStore store) {
      super(cast, store);
    }

    @Override
    void markInvalidating(String jvm) {
      invalidate(jvm).thenCompose(done -> commit(jvm)).thenAccept(this::returns);
    }
  }

  /** An invalidation leaves the running flight where it is, and lets it fill. */
  static final class IgnoresDetach extends Flights<Integer> {
    @Override
    public void detach(String key) {}
  }

  /** Forgets when the reading began, so everybody who waits takes the answer. */
  private static final class JoinsAnyFlight extends Flights<Integer> {
    @Override
    public void land(String key, Flight<Integer> flight, Flight.Landing<Integer> landing) {
      super.land(
          key,
          flight,
          new Flight.Landing<>(
              landing.value(),
              landing.outcome(),
              landing.failure(),
              System.nanoTime(),
              landing.end()));
    }
  }
}
