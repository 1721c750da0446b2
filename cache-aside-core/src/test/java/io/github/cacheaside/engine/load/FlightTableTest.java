package io.github.cacheaside.engine.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.Outcome;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whether callers who enter, land, abandon and detach flights of one key at the same time see what
 * they would see one after the other. Lincheck makes up the callers and walks their interleavings.
 *
 * <p>{@link Flights#size} is left out: it counts a concurrent map, so it may lag, and only tests
 * ask.
 */
final class FlightTableTest {

  @Test
  void callersSeeOneFlightAKey() {
    options().check(Table.class);
  }

  @Test
  void aTableThatLooksAndThenEnters_isFoundOut() {
    assertThatThrownBy(() -> options().check(LooksThenEnters.class))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(1)
        .iterations(8)
        .invocationsPerIteration(300)
        .minimizeFailedScenario(false);
  }

  /** The table under test; a call answers which flight was running, or -1 for none. */
  @Param(name = "flight", gen = IntGen.class, conf = "0:2")
  public static final class Table {
    private final Flights<Integer> flights = new Flights<>();
    private final List<Flight<Integer>> all =
        Stream.generate(() -> new Flight<Integer>()).limit(3).toList();

    @Operation
    public int enter(@Param(name = "flight") int flight) {
      return all.indexOf(flights.enter("key", all.get(flight)));
    }

    @Operation
    public void land(@Param(name = "flight") int flight) {
      flights.land("key", all.get(flight), Flight.Landing.of(flight, Outcome.LOADED, 0));
    }

    @Operation
    public void abandon(@Param(name = "flight") int flight) {
      flights.abandon("key", all.get(flight), null);
    }

    @Operation
    public void detach() {
      flights.detach("key");
    }
  }

  /** The mutant: what it saw may have changed when it enters. */
  @Param(name = "flight", gen = IntGen.class, conf = "0:2")
  public static final class LooksThenEnters {
    private final ConcurrentMap<String, Integer> running = new ConcurrentHashMap<>();

    @Operation
    public @Nullable Integer enter(@Param(name = "flight") int flight) {
      Integer found = running.get("key");
      if (found == null) {
        running.put("key", flight);
      }
      return found;
    }

    @Operation
    public void detach() {
      running.remove("key");
    }
  }
}
