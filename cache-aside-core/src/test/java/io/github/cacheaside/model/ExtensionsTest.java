package io.github.cacheaside.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.model.Model.Promise;
import org.junit.jupiter.api.Test;

/** Tags, guards, soft invalidation and the near cache: each holds, and each has its mutants. */
final class ExtensionsTest {

  @Test
  void tags_noEntrySurvivesTheInvalidationOfItsTag() {
    holds(new TagModel());
  }

  @Test
  void tags_aGenerationReadAfterTheDatabase_letsEntriesSurvive() {
    breaks(new TagModel.GenerationReadLate(), Promise.NOT_STALE_FOR_EVER);
    breaks(new TagModel.GenerationReadLate(), Promise.NOT_STALE_AFTER_ACK);
  }

  @Test
  void tags_generationsThatStartOverWhenTheTagIsLost_bringEntriesBack() {
    breaks(new TagModel.GenerationsStartOver(), Promise.NOT_STALE_FOR_EVER);
  }

  @Test
  void guards_longerThanTheLag_keepOldRowsOutOfTheCache() {
    holds(new GuardModel());
  }

  @Test
  void guards_withoutOne_aLaggingReplicaLeavesStaleValues() {
    breaks(new GuardModel.NoGuard(), Promise.NOT_STALE_FOR_EVER);
    breaks(new GuardModel.NoGuard(), Promise.NOT_STALE_AFTER_ACK);
  }

  @Test
  void guards_shorterThanTheLag_areNone() {
    breaks(new GuardModel.ShortGuard(), Promise.NOT_STALE_FOR_EVER);
  }

  @Test
  void softInvalidation_nothingStaleIsServedAsFresh() {
    holds(new SoftModel());
  }

  @Test
  void softInvalidation_aFillWhoseLoadBeganBefore_leavesStaleValues() {
    breaks(new SoftModel.KeepsTheFiller(), Promise.NOT_STALE_FOR_EVER);
  }

  @Test
  void earlyRefresh_oneThatOutlivesAnInvalidation_leavesStaleValues() {
    breaks(new SoftModel.DropKeepsTheFiller(), Promise.NOT_STALE_FOR_EVER);
  }

  @Test
  void softInvalidation_aStaleCopyServedAsFresh_isStaleAfterAck() {
    breaks(new SoftModel.StaleAsFresh(), Promise.NOT_STALE_AFTER_ACK);
  }

  @Test
  void nearCache_noStaleEntryStaysWhenNoPushIsUnderWay() {
    holds(new NearModel());
  }

  @Test
  void nearCache_withoutTheStamp_staleEntriesStay() {
    breaks(new NearModel.NoStamp(), Promise.NOT_STALE_FOR_EVER);
  }

  @Test
  void nearCache_aStampReadTooLate_staleEntriesStay() {
    breaks(new NearModel.StampReadLate(), Promise.NOT_STALE_FOR_EVER);
  }

  private static <S> void holds(Model<S> model) {
    Explorer.Findings found = Explorer.explore(model);
    assertThat(found.examples()).isEmpty();
    assertThat(found.states()).isGreaterThan(1000);
  }

  private static <S> void breaks(Model<S> mutant, Promise promise) {
    assertThat(Explorer.explore(mutant).count(promise)).isPositive();
  }
}
