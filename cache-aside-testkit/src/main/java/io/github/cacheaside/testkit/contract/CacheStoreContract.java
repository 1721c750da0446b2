package io.github.cacheaside.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What every {@link CacheStore} with leases must do. Extend it in the tests of your own store.
 *
 * <p>Each test uses keys of its own, so the store may be shared.
 */
public abstract class CacheStoreContract {
  private static final Duration LONG = Duration.ofMinutes(1);

  /** Longer than a busy machine takes for the few calls that come before its end. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  private static final Duration AFTER_SHORT = SHORT.plusMillis(150);

  private final String key = "contract:" + UUID.randomUUID();
  private final LeaseToken mine = token();
  private final LeaseToken theirs = token();

  /** Made by the test runner. */
  protected CacheStoreContract() {}

  /**
   * The store under test.
   *
   * @return the same one during a test
   */
  protected abstract CacheStore store();

  /**
   * Lets time pass for the store.
   *
   * @param time at least this much
   */
  protected abstract void elapse(Duration time);

  private static LeaseToken token() {
    UUID random = UUID.randomUUID();
    return new LeaseToken(random.getMostSignificantBits(), random.getLeastSignificantBits());
  }

  private static StoredValue value(String text) {
    return StoredValue.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(5, TimeUnit.SECONDS).join();
  }

  private Lookup lookup() {
    return now(store().lookup(key));
  }

  private Lookup lease(LeaseToken token) {
    return now(store().lease(key, token, LONG));
  }

  private boolean fill(LeaseToken token, String text) {
    return now(store().fill(key, token, value(text), LONG));
  }

  private void assertHit(String text) {
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Hit.class,
            hit ->
                assertThat(new String(hit.value().payload(), StandardCharsets.UTF_8))
                    .isEqualTo(text));
  }

  @Test
  void aKeyIsMissingAtFirst() {
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aGrantedLeaseMayFill() {
    assertThat(lease(mine)).isEqualTo(Lookup.GRANTED);
    assertThat(lookup()).isEqualTo(Lookup.LOADING);
    assertThat(fill(mine, "value")).isTrue();
    assertHit("value");
  }

  @Test
  void aSecondReaderGetsNoLease() {
    lease(mine);
    assertThat(lease(theirs)).isEqualTo(Lookup.LOADING);
    assertThat(fill(theirs, "value")).isFalse();
  }

  @Test
  void aLeaseOnAValueAnswersWithTheValue() {
    lease(mine);
    fill(mine, "value");
    assertThat(lease(theirs)).isInstanceOf(Lookup.Hit.class);
  }

  @Test
  void askingAgainWithTheSameTokenIsGranted() {
    lease(mine);
    assertThat(lease(mine)).isEqualTo(Lookup.GRANTED);
  }

  @Test
  void aFillIsRefused_afterADrop() {
    lease(mine);
    assertThat(now(store().drop(key))).isTrue();
    assertThat(fill(mine, "old")).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aFillIsRefused_afterADropAndANewLease() {
    lease(mine);
    now(store().drop(key));
    lease(theirs);
    assertThat(fill(mine, "old")).isFalse();
    assertThat(fill(theirs, "new")).isTrue();
    assertHit("new");
  }

  @Test
  void aFillIsRefused_afterTheLeaseHasExpired() {
    now(store().lease(key, mine, SHORT));
    elapse(AFTER_SHORT);
    assertThat(fill(mine, "late")).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aFillIsAcceptedOnce() {
    lease(mine);
    fill(mine, "value");
    assertThat(fill(mine, "again")).isFalse();
    assertHit("value");
  }

  @Test
  void renewingKeepsALeaseAlive() {
    now(store().lease(key, mine, SHORT));
    assertThat(now(store().renew(key, mine, LONG))).isTrue();
    elapse(AFTER_SHORT);
    assertThat(fill(mine, "value")).isTrue();
  }

  @Test
  void renewingDoesNotBringALeaseBack() {
    lease(mine);
    now(store().drop(key));
    assertThat(now(store().renew(key, mine, LONG))).isFalse();
    assertThat(fill(mine, "old")).isFalse();
  }

  @Test
  void anAbandonedLeaseIsFreeForOthers() {
    lease(mine);
    assertThat(now(store().abandon(key, theirs))).isFalse();
    assertThat(now(store().abandon(key, mine))).isTrue();
    assertThat(lease(theirs)).isEqualTo(Lookup.GRANTED);
  }

  @Test
  void aValueExpires() {
    now(store().put(key, value("short"), SHORT));
    assertHit("short");
    elapse(AFTER_SHORT);
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void anAbsentRowIsAHit() {
    lease(mine);
    assertThat(now(store().fill(key, mine, StoredValue.absent(), LONG))).isTrue();
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Hit.class, hit -> assertThat(hit.value().isAbsent()).isTrue());
  }

  @Test
  void anEmptyPayloadIsNotAnAbsentRow() {
    now(store().put(key, value(""), LONG));
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Hit.class, hit -> assertThat(hit.value().isAbsent()).isFalse());
  }

  @Test
  void aPutKillsALease() {
    lease(mine);
    assertThat(now(store().put(key, value("put"), LONG))).isTrue();
    assertThat(fill(mine, "old")).isFalse();
    assertHit("put");
  }

  private Lookup putIfAbsent(String text) {
    return now(store().putIfAbsent(key, value(text), LONG));
  }

  @Test
  void aValueIsPutIfThereIsNone_andTheOneThatIsThereIsAnsweredElse() {
    assertThat(putIfAbsent("first")).isEqualTo(Lookup.GRANTED);
    assertThat(putIfAbsent("second")).isInstanceOf(Lookup.Hit.class);
    assertHit("first");
  }

  @Test
  void aPutIfAbsentLeavesAnAbsentRowAndAFencedWriteAlone() {
    now(store().put(key, StoredValue.absent(), LONG));
    assertThat(putIfAbsent("value"))
        .isInstanceOfSatisfying(
            Lookup.Hit.class, hit -> assertThat(hit.value().isAbsent()).isTrue());
    now(store().intent(key, theirs, LONG));
    assertThat(putIfAbsent("value")).isEqualTo(Lookup.WRITING);
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
  }

  /** A store may also leave a lease alone and say so: then nothing is written. */
  @Test
  void aPutIfAbsentReplacesAStaleCopy_andKillsTheLeaseThatItReplaces() {
    lease(mine);
    Lookup answer = putIfAbsent("put");
    if (answer.equals(Lookup.GRANTED)) {
      assertThat(fill(mine, "old")).isFalse();
      assertHit("put");
    } else {
      assertThat(answer).isEqualTo(Lookup.LOADING);
      assertThat(fill(mine, "loaded")).isTrue();
    }
    now(store().soften(key, LONG));
    if (lookup() instanceof Lookup.Stale) {
      assertThat(putIfAbsent("new")).isEqualTo(Lookup.GRANTED);
      assertHit("new");
    }
  }

  @Test
  void droppingNothingIsFine() {
    assertThat(now(store().drop(key))).isFalse();
  }

  @Test
  void anIntentRemovesTheValueAndStopsFills() {
    lease(mine);
    assertThat(now(store().intent(key, theirs, LONG))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
    assertThat(fill(mine, "old")).isFalse();
    assertThat(lease(mine)).isEqualTo(Lookup.WRITING);
    assertThat(now(store().put(key, value("put"), LONG))).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
  }

  @Test
  void aDropLeavesAnIntentStanding() {
    now(store().intent(key, mine, LONG));
    now(store().drop(key));
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
  }

  @Test
  void aReleaseFreesTheKey() {
    now(store().intent(key, mine, LONG));
    assertThat(now(store().release(key, mine))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void theKeyIsFreeWhenTheLastOfTwoWritersReleases() {
    now(store().intent(key, mine, LONG));
    now(store().intent(key, theirs, LONG));
    assertThat(now(store().release(key, mine))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
    assertThat(now(store().release(key, theirs))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aCrashedWritersIntentExpires() {
    now(store().intent(key, mine, SHORT));
    elapse(AFTER_SHORT);
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aShortIntentBesideALongOneExpiresAlone() {
    now(store().intent(key, mine, LONG));
    now(store().intent(key, theirs, SHORT));
    elapse(AFTER_SHORT);
    assertThat(now(store().release(key, mine))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void repeatingAnIntentRenewsIt() {
    now(store().intent(key, mine, SHORT));
    now(store().intent(key, mine, LONG));
    elapse(AFTER_SHORT);
    assertThat(now(store().release(key, mine))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void renewingAnIntentTellsWhetherItStood_andPlacesItAnewIfNot() {
    now(store().intent(key, mine, SHORT));
    assertThat(now(store().renewIntent(key, mine, LONG))).isTrue();
    elapse(AFTER_SHORT);
    assertThat(now(store().release(key, mine))).isTrue();
    lease(theirs);
    fill(theirs, "old");
    assertThat(now(store().renewIntent(key, mine, LONG))).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
    assertThat(now(store().release(key, mine))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void anIntentThatIsGoneIsToldSo_alsoBesideThatOfAnother() {
    now(store().intent(key, theirs, LONG));
    assertThat(now(store().renewIntent(key, mine, SHORT))).isFalse();
    elapse(AFTER_SHORT);
    assertThat(now(store().renewIntent(key, mine, LONG))).isFalse();
    assertThat(now(store().renewIntent(key, theirs, LONG))).isTrue();
    assertThat(now(store().release(key, mine))).isTrue();
    assertThat(now(store().release(key, theirs))).isTrue();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aLostFenceIsTold_andWhatWasFilledMeanwhileGoes() {
    now(store().intent(key, mine, SHORT));
    elapse(AFTER_SHORT);
    lease(theirs);
    fill(theirs, "old");
    assertThat(now(store().release(key, mine))).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void intentsBeyondSixtyFourAreRefused_andNoneIsLost() {
    for (int i = 0; i < 64; i++) {
      assertThat(now(store().intent(key, new LeaseToken(7, i), LONG))).isTrue();
    }
    assertThat(now(store().intent(key, mine, LONG))).isFalse();
    for (int i = 0; i < 64; i++) {
      assertThat(now(store().release(key, new LeaseToken(7, i)))).isTrue();
    }
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  private boolean soften(Duration maxStale) {
    return now(store().soften(key, maxStale));
  }

  private void assertStale(Lookup found, String text) {
    assertThat(found)
        .isInstanceOfSatisfying(
            Lookup.Stale.class,
            stale ->
                assertThat(new String(stale.value().payload(), StandardCharsets.UTF_8))
                    .isEqualTo(text));
  }

  private void putAndSoften() {
    now(store().put(key, value("old"), LONG));
    assertThat(soften(LONG)).isTrue();
  }

  @Test
  void aSoftenedValueIsAStaleCopy_untilOneReaderHasReplacedIt() {
    putAndSoften();
    assertStale(lookup(), "old");
    assertThat(lease(mine)).isEqualTo(Lookup.GRANTED);
    assertThat(lease(mine)).isEqualTo(Lookup.GRANTED);
    assertStale(lookup(), "old");
    assertStale(lease(theirs), "old");
    assertThat(fill(theirs, "theirs")).isFalse();
    assertThat(fill(mine, "new")).isTrue();
    assertHit("new");
    assertThat(fill(mine, "again")).isFalse();
  }

  @Test
  void softeningRefusesFillsInFlight() {
    lease(mine);
    assertThat(soften(LONG)).isTrue();
    assertThat(fill(mine, "old")).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
    putAndSoften();
    lease(mine);
    assertThat(soften(LONG)).isTrue();
    assertThat(fill(mine, "old")).isFalse();
    assertStale(lookup(), "old");
    assertThat(lease(theirs)).isEqualTo(Lookup.GRANTED);
  }

  @Test
  void aStaleCopyExpires_andNeverLaterThanTheValueWould() {
    now(store().put(key, value("old"), LONG));
    soften(SHORT);
    soften(LONG);
    elapse(AFTER_SHORT);
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
    now(store().put(key, value("short"), SHORT));
    soften(LONG);
    elapse(AFTER_SHORT);
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void theLeaseForAStaleCopyExpires_unlessItIsRenewed() {
    putAndSoften();
    now(store().lease(key, mine, SHORT));
    elapse(AFTER_SHORT);
    now(store().lease(key, theirs, SHORT));
    assertThat(fill(mine, "late")).isFalse();
    assertThat(now(store().renew(key, mine, LONG))).isFalse();
    assertThat(now(store().renew(key, theirs, LONG))).isTrue();
    elapse(AFTER_SHORT);
    assertStale(lease(mine), "old");
    assertThat(fill(theirs, "new")).isTrue();
  }

  @Test
  void anAbandonedLeaseForAStaleCopyIsFreeForOthers() {
    putAndSoften();
    lease(mine);
    assertThat(now(store().abandon(key, theirs))).isFalse();
    assertThat(now(store().abandon(key, mine))).isTrue();
    assertStale(lookup(), "old");
    assertThat(fill(mine, "late")).isFalse();
    assertThat(lease(theirs)).isEqualTo(Lookup.GRANTED);
  }

  @Test
  void whatRemovesOrReplacesAValueDoesSoToAStaleCopy() {
    putAndSoften();
    lease(mine);
    assertThat(now(store().drop(key))).isTrue();
    assertThat(fill(mine, "late")).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
    putAndSoften();
    lease(mine);
    now(store().put(key, value("put"), LONG));
    assertThat(fill(mine, "late")).isFalse();
    assertHit("put");
    putAndSoften();
    lease(mine);
    now(store().intent(key, theirs, LONG));
    assertThat(soften(LONG)).isFalse();
    assertThat(fill(mine, "late")).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
  }

  @Test
  void softeningNothingIsFine_andAnAbsentRowSoftensToo() {
    assertThat(soften(LONG)).isFalse();
    List<StoredValue.Generation> generations = List.of(new StoredValue.Generation("tag", mine));
    now(store().put(key, StoredValue.absent().under(generations), LONG));
    assertThat(soften(LONG)).isTrue();
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Stale.class,
            stale -> {
              assertThat(stale.value().isAbsent()).isTrue();
              assertThat(stale.value().generations()).isEqualTo(generations);
            });
  }

  private static final Duration SOFT = Duration.ofMillis(100);

  private StoredValue.Timing putTimed(String text, Duration fresh) {
    StoredValue.Timing timing = StoredValue.Timing.of(fresh.toMillis(), 7);
    now(store().put(key, value(text).timed(timing), LONG));
    return timing();
  }

  /** The age of the value that is there. */
  private StoredValue.Timing timing() {
    StoredValue.Timing timing = lookup() instanceof Lookup.Hit hit ? hit.value().timing() : null;
    assertThat(timing).isNotNull();
    return Objects.requireNonNull(timing);
  }

  private Lookup refresh(LeaseToken token, StoredValue.Timing seen) {
    return now(store().refresh(key, token, LONG, seen, Duration.ZERO));
  }

  @Test
  void aTimedValueKeepsItsTiming_andWhenItWasWritten() {
    long before = store().millis();
    StoredValue.Timing timing = putTimed("value", LONG);
    assertThat(timing.freshMillis()).isEqualTo(LONG.toMillis());
    assertThat(timing.loadMillis()).isEqualTo(7);
    assertThat(timing.refreshedUntil()).isZero();
    assertThat(timing.writtenAt())
        .isBetween(before - SOFT.toMillis(), store().millis() + SOFT.toMillis());
    assertHit("value");
    lease(mine);
    now(store().drop(key));
    lease(mine);
    now(store().fill(key, mine, StoredValue.absent().timed(timing), LONG));
    assertThat(timing().writtenAt()).isGreaterThanOrEqualTo(timing.writtenAt());
  }

  @Test
  void aValueIsLoadedAnewByOne_whileItAnswersAllTheOthers() {
    StoredValue.Timing seen = putTimed("old", Duration.ZERO);
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.GRANTED);
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.GRANTED);
    assertThat(refresh(theirs, seen)).isEqualTo(Lookup.REFRESHING);
    assertHit("old");
    assertThat(timing().refreshedUntil()).isGreaterThan(store().millis());
    assertThat(lease(theirs)).isInstanceOf(Lookup.Hit.class);
    assertThat(fill(theirs, "theirs")).isFalse();
    assertThat(fill(mine, "new")).isTrue();
    assertHit("new");
    assertThat(fill(mine, "again")).isFalse();
  }

  @Test
  void aValueIsNotLoadedAnew_beforeItIsTime() {
    StoredValue.Timing seen = putTimed("value", LONG);
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.FRESH);
    Duration nearly = LONG.minusSeconds(10);
    assertThat(now(store().refresh(key, mine, LONG, seen, nearly))).isEqualTo(Lookup.FRESH);
    assertThat(fill(mine, "early")).isFalse();
    assertThat(now(store().refresh(key, mine, LONG, seen, LONG))).isEqualTo(Lookup.GRANTED);
    seen = putTimed("value", SOFT);
    elapse(SOFT.multipliedBy(2));
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.GRANTED);
  }

  @Test
  void onlyTheValueThatWasSeenIsLoadedAnew() {
    StoredValue.Timing seen = putTimed("old", Duration.ZERO);
    elapse(SOFT);
    putTimed("new", Duration.ZERO);
    assertThat(refresh(mine, seen)).isInstanceOf(Lookup.Hit.class);
    now(store().put(key, value("ageless"), LONG));
    assertThat(refresh(mine, seen)).isInstanceOf(Lookup.Hit.class);
    now(store().drop(key));
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.MISSING);
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
    lease(theirs);
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.LOADING);
    now(store().intent(key, theirs, LONG));
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.WRITING);
  }

  @Test
  void whatRemovesOrReplacesAValueEndsItsRefresh() {
    StoredValue.Timing seen = putTimed("old", Duration.ZERO);
    refresh(mine, seen);
    now(store().drop(key));
    assertThat(fill(mine, "late")).isFalse();
    assertThat(now(store().renew(key, mine, LONG))).isFalse();
    refresh(mine, putTimed("old", Duration.ZERO));
    putTimed("put", LONG);
    assertThat(fill(mine, "late")).isFalse();
    assertHit("put");
    refresh(mine, putTimed("old", Duration.ZERO));
    now(store().intent(key, theirs, LONG));
    assertThat(fill(mine, "late")).isFalse();
    assertThat(lookup()).isEqualTo(Lookup.WRITING);
  }

  @Test
  void softeningEndsARefresh_andThereIsNoneOfAStaleCopy() {
    StoredValue.Timing seen = putTimed("old", Duration.ZERO);
    refresh(mine, seen);
    assertThat(soften(LONG)).isTrue();
    assertThat(fill(mine, "late")).isFalse();
    assertThat(now(store().renew(key, mine, LONG))).isFalse();
    assertStale(refresh(mine, seen), "old");
    assertThat(lease(theirs)).isEqualTo(Lookup.GRANTED);
  }

  @Test
  void theLeaseOfARefreshExpires_unlessItIsRenewed_andCanBeGivenBack() {
    StoredValue.Timing seen = putTimed("old", Duration.ZERO);
    now(store().refresh(key, mine, SHORT, seen, Duration.ZERO));
    elapse(AFTER_SHORT);
    assertThat(refresh(theirs, seen)).isEqualTo(Lookup.GRANTED);
    assertThat(fill(mine, "late")).isFalse();
    assertThat(now(store().renew(key, theirs, SHORT))).isTrue();
    assertThat(now(store().renew(key, theirs, LONG))).isTrue();
    elapse(AFTER_SHORT);
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.REFRESHING);
    assertThat(now(store().abandon(key, mine))).isFalse();
    assertThat(now(store().abandon(key, theirs))).isTrue();
    assertHit("old");
    assertThat(timing().refreshedUntil()).isLessThanOrEqualTo(store().millis());
    assertThat(fill(theirs, "late")).isFalse();
    assertThat(refresh(mine, seen)).isEqualTo(Lookup.GRANTED);
  }

  @Test
  void aRefreshDoesNotMakeAValueLiveLonger() {
    now(store().put(key, value("old").timed(StoredValue.Timing.of(0, 0)), SHORT));
    refresh(mine, timing());
    elapse(AFTER_SHORT);
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
    assertThat(fill(mine, "late")).isFalse();
  }

  @Test
  void aTouchMakesAValueLiveLonger_upToTheEndOfItsFreshness_neverShorter() {
    now(store().put(key, value("v").timed(StoredValue.Timing.of(LONG.toMillis(), 0)), SHORT));
    StoredValue.Timing seen = timing();
    assertThat(now(store().touch(key, seen, LONG))).isTrue();
    elapse(AFTER_SHORT);
    assertHit("v");
    assertThat(now(store().touch(key, seen, SHORT))).isFalse();
    elapse(AFTER_SHORT);
    assertHit("v");
    Duration fresh = SHORT.multipliedBy(3);
    now(store().put(key, value("v").timed(StoredValue.Timing.of(fresh.toMillis(), 0)), SHORT));
    assertThat(now(store().touch(key, timing(), LONG))).isTrue();
    elapse(fresh.plusMillis(150));
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aTouchLeavesEverythingElseAlone() {
    StoredValue.Timing seen = new StoredValue.Timing(1, LONG.toMillis(), 0, 0); // long ago
    assertThat(now(store().touch(key, seen, LONG))).isFalse();
    now(store().lease(key, mine, SHORT));
    assertThat(now(store().touch(key, seen, LONG))).isFalse();
    now(store().put(key, value("ageless"), SHORT));
    assertThat(now(store().touch(key, seen, LONG))).isFalse();
    now(store().put(key, value("another").timed(seen), SHORT));
    assertThat(now(store().touch(key, seen, LONG))).isFalse();
    StoredValue.Timing known = timing();
    soften(SHORT);
    assertThat(now(store().touch(key, known, LONG))).isFalse();
    elapse(AFTER_SHORT);
    assertThat(lookup()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void aGenerationIsSetOnce_andReplacedOnDemand() {
    assertThat(now(store().generation(key))).isEmpty();
    assertThat(now(store().generationOr(key, mine))).isEqualTo(mine);
    assertThat(now(store().generationOr(key, theirs))).isEqualTo(mine);
    assertThat(now(store().generation(key))).contains(mine);
    assertThat(now(store().newGeneration(key, theirs))).isTrue();
    assertThat(now(store().generation(key))).contains(theirs);
  }

  @Test
  void aValueKeepsItsGenerations() {
    List<StoredValue.Generation> generations =
        List.of(new StoredValue.Generation("", mine), new StoredValue.Generation("größe", theirs));
    now(store().put(key, value("tagged").under(generations), LONG));
    assertHit("tagged");
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Hit.class, hit -> assertThat(hit.value().generations()).isEqualTo(generations));
    now(store().put(key, StoredValue.absent().under(generations), LONG));
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Hit.class, hit -> assertThat(hit.value().isAbsent()).isTrue());
  }

  @Test
  void aValueKeepsItsForm_alsoAsAStaleCopy() {
    StoredValue.Form form = new StoredValue.Form(255, true, true);
    now(store().put(key, StoredValue.of(new byte[] {7}, form), LONG));
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Hit.class, hit -> assertThat(hit.value().form()).isEqualTo(form));
    assertThat(soften(LONG)).isTrue();
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Stale.class, stale -> assertThat(stale.value().form()).isEqualTo(form));
    now(store().put(key, StoredValue.absent(new byte[] {8}), LONG));
    assertThat(lookup())
        .isInstanceOfSatisfying(
            Lookup.Hit.class,
            hit -> {
              assertThat(hit.value().isAbsent()).isTrue();
              assertThat(hit.value().payload()).containsExactly(8);
              assertThat(hit.value().form().encrypted()).isTrue();
            });
  }

  @Test
  void anyCharacterInAKeyIsSafe() {
    String[] odd = {" ", "\n", "a:b", "{x}", "é", "\uD83D\uDE00", "\uD83D", "?", "\u0000", "*"};
    for (int i = 0; i < odd.length; i++) {
      now(store().put(key + odd[i], value(Integer.toString(i)), LONG));
    }
    for (int i = 0; i < odd.length; i++) {
      Lookup found = now(store().lookup(key + odd[i]));
      assertThat(found).isInstanceOf(Lookup.Hit.class);
      assertThat(((Lookup.Hit) found).value().payload())
          .isEqualTo(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
    }
  }
}
