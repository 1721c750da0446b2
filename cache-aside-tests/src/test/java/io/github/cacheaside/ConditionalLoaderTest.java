package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.spi.Lookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A loader that sees the old value may say that it is unchanged. */
final class ConditionalLoaderTest extends ExpiryCase {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** What the loader was shown, one for each load; "nothing" for null. */
  private final List<String> shown = new ArrayList<>();

  /** What the database has; its name is also its version. */
  private volatile @Nullable Planet row = OLD;

  private volatile Runnable meanwhile = () -> {};

  /** As {@code SELECT … WHERE id = ? AND version <> ?} does it. */
  private @Nullable Loaded<Planet> loadIfChanged(long id, @Nullable Planet previous) {
    shown.add(previous == null ? "nothing" : previous.name());
    Planet read = row;
    meanwhile.run();
    if (read == null) {
      return null;
    }
    return read.equals(previous) ? Loaded.unchanged() : Loaded.of(read);
  }

  private CacheAside<Long, Planet> conditional(CacheAsideBuilder<Object, Planet> builder) {
    return builder.buildConditional(this::loadIfChanged);
  }

  @Test
  void aValueThatIsUnchangedIsCachedForAFullTtlAgain() {
    CacheAside<Long, Planet> cache = conditional(builder(store, Expiry.soft(SOFT)));
    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.LOADED));
    pass(HARD.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.LOADED));
    pass(SOFT.minusMillis(1));
    assertThat(cache.read(3L)).as("beyond its first TTL").isEqualTo(HIT);
    assertThat(shown).containsExactly("nothing", "Earth");
    assertThat(cache.stats().fills()).isEqualTo(2);
  }

  @Test
  void whatHasChangedIsReplaced_andWhatIsGoneToo() {
    CacheAside<Long, Planet> cache = conditional(builder(store, Expiry.soft(SOFT)));
    cache.get(3L);
    row = NEW;
    pass(SOFT);
    assertThat(cache.get(3L)).contains(NEW);
    assertThat(cache.peek(3L)).contains(NEW);
    row = null;
    pass(SOFT);
    assertThat(cache.get(3L)).isEmpty();
    assertThat(cache.look(3L)).isEqualTo(new Look.Nothing<>());
    assertThat(shown).containsExactly("nothing", "Earth", "Terra");
  }

  @Test
  void theStaleCopyOfASoftInvalidationIsShown_inRedisToo() {
    CacheAside<Long, Planet> cache = conditional(builder(redis));
    cache.get(3L);
    settle();
    cache.softInvalidate(3L, MINUTE);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.LOADED));
    settle();
    assertThat(cache.peek(3L)).contains(OLD);
    assertThat(cache.refresh(3L).value()).isEqualTo(OLD);
    assertThat(shown).containsExactly("nothing", "Earth", "Earth");
    cache.invalidate(3L);
    cache.get(3L);
    assertThat(shown).endsWith("nothing");
  }

  @Test
  void whatIsLoadedInTheBackgroundIsShownToo() {
    for (Expiry expiry :
        List.of(Expiry.soft(SOFT).staleWhileRevalidate(), Expiry.soft(SOFT).eager(0.8))) {
      shown.clear();
      CacheAside<Long, Planet> cache = conditional(builder(store, expiry));
      cache.invalidate(3L);
      cache.get(3L);
      pass(SOFT.minusMillis(1));
      cache.get(3L);
      pass(Duration.ofMillis(expiry.inBackground() ? 1 : 0));
      cache.get(3L);
      assertThat(background.runAll()).isEqualTo(1);
      assertThat(shown).containsExactly("nothing", "Earth");
      pass(SOFT.dividedBy(2));
      assertThat(cache.read(3L)).isEqualTo(HIT);
    }
  }

  @Test
  void anUnchangedValueThatWasInvalidatedMeanwhileIsNotCached() {
    CacheAside<Long, Planet> cache = conditional(builder(redis));
    CacheAside<Long, Planet> other = conditional(builder(otherRedis));
    cache.get(3L);
    settle();
    cache.softInvalidate(3L, MINUTE);
    meanwhile = () -> other.invalidate(3L);
    assertThat(cache.get(3L)).contains(OLD);
    settle();
    assertThat(cache.look(3L)).isEqualTo(new Look.Nothing<>());
  }

  @Test
  void withoutAnOldValueNothingIsUnchanged() {
    CacheAside<Long, Planet> cache =
        builder(store).buildConditional((id, previous) -> Loaded.unchanged());
    assertThatThrownBy(() -> cache.get(3L))
        .rootCause()
        .hasMessage("the loader of " + name + " answered unchanged where there was no old value");
    CacheAside<Long, Planet> adaptive = builder(store).buildAdaptive(id -> Loaded.unchanged());
    assertThatThrownBy(() -> adaptive.get(3L))
        .as("which is no news that there is no row")
        .rootCause()
        .hasMessageContaining("unchanged");
    assertThatThrownBy(() -> adaptive.getAll(List.of(3L)))
        .rootCause()
        .hasMessageContaining("unchanged");
    assertThat(store.lookup(name + ":3").toCompletableFuture().join()).isEqualTo(Lookup.MISSING);
  }

  @Test
  void ofManyKeysNoneIsShown_andItsOwnTtlHolds() {
    CacheAside<Long, Planet> cache = conditional(builder(store, Expiry.soft(SOFT)));
    cache.getAll(List.of(3L));
    pass(SOFT);
    assertThat(cache.getAll(List.of(3L))).containsEntry(3L, OLD);
    assertThat(shown).containsExactly("nothing", "nothing");
    CacheAside<Long, Planet> brief =
        builder(store, Expiry.soft(SOFT))
            .buildConditional(
                (id, previous) -> previous == null ? Loaded.of(OLD) : Loaded.unchanged(MINUTE));
    pass(SOFT);
    brief.get(3L);
    pass(MINUTE);
    assertThat(brief.look(3L)).isEqualTo(new Look.Nothing<>());
  }
}
