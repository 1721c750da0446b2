package io.github.cacheaside.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.model.Model.Promise;
import io.github.cacheaside.model.World.Fault;
import org.junit.jupiter.api.Test;

/** One line of the protocol changed, and the model says so. */
final class ProtocolMutationsTest {

  @Test
  void aFillThatIgnoresTheToken_leavesStaleValues() {
    breaks(Promise.NOT_STALE_FOR_EVER, new MutatedProtocols.FillWithoutToken());
  }

  @Test
  void aRenewedLeaseIsHarmless_butOneGrantedAnewLeavesStaleValues() {
    keepsLeasePromises(new MutatedProtocols.Renewal(), Fault.EVICTION);
    breaks(Promise.NOT_STALE_FOR_EVER, new MutatedProtocols.Renewal.GrantsAnew());
  }

  @Test
  void aLateLeaseIsHarmlessWhenGivenBack_butFilledItLeavesStaleValues() {
    keepsLeasePromises(new MutatedProtocols.LateLease(), Fault.EVICTION);
    breaks(Promise.NOT_STALE_FOR_EVER, new MutatedProtocols.LateLease.Fills());
  }

  @Test
  void aDropBeforeTheCommit_leavesStaleValues() {
    breaks(Promise.NOT_STALE_FOR_EVER, new MutatedProtocols.DropBeforeCommit());
  }

  @Test
  void aWriterThatDeletesInsteadOfReleasing_endsTheFenceOfTheOther() {
    breaks(Promise.NOT_STALE_AFTER_COMMIT, new MutatedProtocols.DeletesInsteadOfReleasing());
  }

  @Test
  void aStrayDropIsHarmless_butOneThatWipesMarksEndsAFence() {
    keepsAllPromises(new IntentProtocol(), Fault.STRAY_DROP);
    Explorer.Findings found = new MutatedProtocols.DropWipesMarks().explore(2, 2, Fault.STRAY_DROP);
    assertThat(found.count(Promise.NOT_STALE_AFTER_COMMIT)).isPositive();
  }

  @Test
  void aLeaseGrantedOverAMark_endsTheFence() {
    breaks(Promise.NOT_STALE_AFTER_COMMIT, new MutatedProtocols.LeaseReplacesMark());
  }

  @Test
  void marksThatDeadWritersLeaveBehind_mayExpire() {
    keepsAllPromises(new MutatedProtocols.CrashedMarksExpire(), Fault.CRASH);
  }

  /** With two readers the unchanged protocol breaks nothing, and these do. */
  private static void breaks(Promise promise, Protocol mutant) {
    Explorer.Findings found = mutant.explore(2, 2, Fault.NONE);
    assertThat(found.count(promise)).isPositive();
    assertThat(found.examples()).containsKey(promise);
  }

  private static void keepsLeasePromises(Protocol protocol, Fault fault) {
    Explorer.Findings found = protocol.explore(2, 2, fault);
    assertThat(found.examples()).doesNotContainKey(Promise.NOT_STALE_FOR_EVER);
    assertThat(found.examples()).doesNotContainKey(Promise.NOT_STALE_AFTER_ACK);
  }

  private static void keepsAllPromises(Protocol protocol, Fault fault) {
    assertThat(protocol.explore(3, 2, fault).examples()).isEmpty();
  }
}
