package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.PendingRemovals.Removal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is removed once more when the store was away. */
final class PendingRemovalsTest {
  private final AtomicLong now = new AtomicLong(1);
  private final List<String> removed = new CopyOnWriteArrayList<>();
  private final PendingRemovals pending =
      new PendingRemovals(
          "planet",
          new Counters(),
          Timers.SHARED,
          removal -> {
            removed.add(removal.name());
            return CompletableFuture.completedFuture(true);
          },
          now::get);

  private void acknowledged(String name) {
    pending.note(Removal.entry(name));
    pending.acknowledged();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void theLast30SecondsAreRepeated_andNotWhatWasBefore() {
    acknowledged("old");
    pass(Duration.ofSeconds(31));
    acknowledged("young");
    pass(Duration.ofSeconds(10));
    acknowledged("last");
    pending.replay();
    assertThat(removed).containsExactly("young", "last");
  }

  @Test
  void howeverLongTheStoreWasAway_whatItMayHaveLostIsRepeated() {
    acknowledged("lost");
    pass(Duration.ofMinutes(5));
    pending.note(Removal.entry("failed")); // not acknowledged
    pending.replay();
    assertThat(removed).containsExactly("lost", "failed");
  }
}
