package io.github.cacheaside;

import io.github.cacheaside.Play.Beginning;
import io.github.cacheaside.Play.Cast;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * The protocol with one rule changed.
 *
 * @param readers who shows the difference, with the writers
 * @param shownBy what goes wrong
 */
record Mutant(
    String name,
    String readers,
    String fencing,
    String invalidating,
    String shownBy,
    BiFunction<Cast, CacheStore, Play> play) {

  static List<Mutant> all() {
    return List.of(
        old("fill without token", "A", "", "W", MutantStores.FillsWithoutToken::new),
        old("renewal grants anew", "A", "", "W", MutantStores.RenewalGrantsAnew::new),
        of("lease replaces lease", "2 loads", MutantStores.LeaseReplacesLease::new),
        old("drop skipped", "A", "", "W", MutantStores.DropSkipped::new),
        old("drop spares leases", "A", "", "W", MutantStores.DropSparesLeases::new),
        new Mutant("drop before commit", "A", "", "W", OLD, InvalidatesFirst::new),
        old("intent skipped", "AB", "W", "", MutantStores.IntentSkipped::new),
        old("intent spares leases", "AB", "W", "", MutantStores.IntentSparesLeases::new),
        old("lease replaces marks", "AB", "W", "", MutantStores.LeaseReplacesMarks::new),
        old("drop wipes marks", "AB", "W", "X", MutantStores.DropWipesMarks::new),
        old("release deletes", "AB", "WX", "", MutantStores.ReleaseDeletes::new),
        new Mutant(
            "release skipped",
            "A",
            "W",
            "",
            "nothing is cached",
            (cast, store) -> new Play(cast, new MutantStores.ReleaseSkipped(store))),
        new Mutant(
            "any flight is joined",
            "AA",
            "",
            "W",
            OLD,
            (cast, store) -> new Play(cast, store, JoinsAnyFlight::new)),
        new Mutant(
            "detach skipped, without leases",
            "AA",
            "",
            "A",
            OLD,
            (cast, store) -> new Play(cast, new MutantStores.Foreign(store), IgnoresDetach::new)));
  }

  private static final String OLD = "an old value";

  private static Mutant of(String name, String shownBy, UnaryOperator<CacheStore> change) {
    return new Mutant(
        name, "AB", "", "", shownBy, (cast, store) -> new Play(cast, change.apply(store)));
  }

  private static Mutant old(
      String name,
      String readers,
      String fencing,
      String invalidating,
      UnaryOperator<CacheStore> change) {
    return new Mutant(
        name,
        readers,
        fencing,
        invalidating,
        OLD,
        (cast, store) -> new Play(cast, change.apply(store)));
  }

  Play play(CacheStore store) {
    boolean renewing = name.startsWith("renewal");
    return play.apply(
        new Cast(readers, fencing, invalidating, Beginning.NOTHING_CACHED, renewing), store);
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
    void detach(String key) {}
  }

  /** Forgets when the reading began, so everybody who waits takes the answer. */
  private static final class JoinsAnyFlight extends Flights<Integer> {
    @Override
    void land(String key, Flight<Integer> flight, Flight.Landing<Integer> landing) {
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
