package io.github.cacheaside.engine.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.engine.write.PendingRemovals.Removal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class PendingRemovalsTest {
  private static final Removal EARTH = Removal.entry("planet:3");
  private static final Removal MARS = Removal.entry("planet:4");
  private static final Removal VENUS = Removal.entry("planet:2");

  private final Deque<Runnable> due = new ArrayDeque<>();
  private final List<Removal> sent = new ArrayList<>();
  private final Deque<CompletableFuture<Boolean>> answers = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private boolean refusing;
  private Duration time = Duration.ZERO;

  private final PendingRemovals pending =
      new PendingRemovals(
          "planet",
          new Counters(),
          (pause, task) -> {
            pauses.add(pause);
            due.add(task);
            return new CompletableFuture<>();
          },
          this::send,
          false,
          () -> time.toNanos());

  private CompletableFuture<Boolean> send(Removal removal) {
    sent.add(removal);
    if (refusing) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    answers.add(answer);
    return answer;
  }

  private void runDue() {
    due.remove().run();
  }

  private void acknowledged(Removal removal) {
    pending.note(removal);
    pending.done(List.of(removal));
  }

  @Test
  void whatWasRemovedBeforeALongOutage_isRemovedAgainAfterIt() {
    acknowledged(EARTH);
    time = time.plusMinutes(3); // nothing is acknowledged while the store is away
    pending.replay();
    assertThat(sent).containsExactly(EARTH);
  }

  @Test
  void whatWasSentWhileTheStoreWasAway_isRemovedAgainToo() {
    acknowledged(EARTH);
    time = time.plusMinutes(5);
    pending.note(MARS); // not acknowledged
    pending.replay();
    assertThat(sent).containsExactly(EARTH, MARS);
  }

  @Test
  void whatHadStoodForHalfAMinuteBeforeTheLastAnswer_isNot() {
    acknowledged(EARTH);
    time = time.plusSeconds(31);
    acknowledged(MARS);
    time = time.plusSeconds(11);
    acknowledged(VENUS); // by now that of Mars is settled
    pending.replay();
    assertThat(sent).containsExactly(MARS, VENUS);
  }

  @Test
  void whatIsAcknowledgedAfterAnOutage_doesNotPushOutWhatMayBeLost() {
    acknowledged(EARTH);
    time = time.plusMinutes(3);
    acknowledged(MARS); // between the reconnect and the replay
    time = time.plusMillis(20);
    acknowledged(VENUS);
    pending.replay();
    assertThat(sent).containsExactly(EARTH, MARS, VENUS);
  }

  @Test
  void removingNothing_isNoAnswerOfTheStore() {
    acknowledged(EARTH);
    for (int i = 0; i < 10; i++) { // an outage of nearly two minutes
      time = time.plusSeconds(11);
      pending.done(List.of());
    }
    pending.replay();
    assertThat(sent).containsExactly(EARTH);
  }

  @Test
  void whatFailsAgain_letsTheOthersPass() {
    for (int key = 0; key < 256; key++) {
      pending.retry(List.of(Removal.entry("moon:" + key)));
    }
    pending.retry(List.of(EARTH));
    refusing = true;
    runDue();
    assertThat(sent).hasSize(256).doesNotContain(EARTH);
    runDue();
    assertThat(sent.get(256)).isEqualTo(EARTH);
    assertThat(pending.size()).isEqualTo(257);
  }

  @Test
  void howeverManyFail_oneDrainIsPlanned_andItsPausesGrow() {
    for (int i = 0; i < 1_000; i++) {
      pending.retry(List.of(EARTH));
    }
    assertThat(due).hasSize(1);
    refusing = true;
    for (int i = 0; i < 10; i++) {
      runDue();
      pending.retry(List.of(MARS));
      assertThat(due).hasSize(1);
    }
    assertThat(pauses).endsWith(Duration.ofSeconds(2), Duration.ofSeconds(2));
    assertThat(sent).hasSizeLessThan(30);
  }

  @Test
  void whatMayBeLostIsRepeated_alsoIfManyHaveFailed() {
    acknowledged(EARTH);
    List<Removal> many = new ArrayList<>();
    for (int key = 0; key < 10_000; key++) {
      many.add(Removal.entry("moon:" + key));
    }
    pending.retry(many);
    pending.replay();
    assertThat(pending.size()).isEqualTo(10_001);
  }

  @Test
  void aFailedRemovalCountsFromWhenItWasDoneAtLast() {
    pending.note(EARTH);
    pending.retry(List.of(EARTH));
    time = time.plusSeconds(40);
    runDue();
    answers.remove().complete(true);
    pending.replay();
    assertThat(sent).containsExactly(EARTH, EARTH);
  }

  @Test
  void aRemovalThatFailsAnewWhileItIsTriedAgain_isTriedOnceMore() {
    pending.retry(List.of(EARTH));
    runDue();
    pending.retry(List.of(EARTH)); // of a later write, refused at once
    answers.remove().complete(true);
    assertThat(pending.size()).isOne();
    runDue();
    assertThat(sent).containsExactly(EARTH, EARTH);
    answers.remove().complete(true);
    assertThat(pending.size()).isZero();
  }

  @Test
  void manyRemovalsOfOneKeyTakeOnePlace() {
    for (int i = 0; i < 20_000; i++) {
      acknowledged(EARTH);
    }
    acknowledged(MARS);
    pending.replay();
    assertThat(sent).containsExactlyInAnyOrder(EARTH, MARS);
  }

  @Test
  void ofManyKeysTheOldestAreForgotten() {
    for (int key = 0; key <= 10_000; key++) {
      acknowledged(Removal.entry("planet:" + key));
    }
    pending.replay();
    assertThat(pending.size()).isEqualTo(10_000);
    assertThat(sent).hasSize(256).doesNotContain(Removal.entry("planet:0"));
  }
}
