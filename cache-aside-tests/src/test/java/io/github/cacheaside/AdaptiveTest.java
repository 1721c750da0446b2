package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.entry.Ages;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loader says how long what it has loaded may be cached. */
@Tag("long")
final class AdaptiveTest extends ExpiryCase {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Answers what the test has told it, whatever the key. */
  private static final class Origin implements CacheLoader<Long, Loaded<Planet>> {
    final AtomicInteger calls = new AtomicInteger();
    @Nullable Loaded<Planet> answer;

    @Override
    public @Nullable Loaded<Planet> load(Long id) {
      calls.incrementAndGet();
      return answer;
    }
  }

  private final Origin origin = new Origin();

  private CacheAside<Long, Planet> adaptive() {
    return builder(store).ttl(HARD).buildAdaptive(origin);
  }

  @Test
  void aValueLivesAsLongAsItsLoaderSays() {
    CacheAside<Long, Planet> cache = adaptive();
    origin.answer = Loaded.of(OLD, MINUTE);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.LOADED));
    pass(MINUTE.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    pass(Duration.ofMillis(1));
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void whatTheLoaderLeavesOpen_isAsTheCacheHasIt() {
    CacheAside<Long, Planet> cache = adaptive();
    origin.answer = Loaded.of(OLD);
    cache.get(3L);
    pass(HARD.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    pass(Duration.ofMillis(1));
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
    origin.answer = null;
    cache.invalidate(3L);
    cache.get(3L);
    assertThat(cache.read(3L)).as("no absentTtl").isEqualTo(new Read<>(null, Outcome.LOADED));
  }

  @Test
  void anAbsenceMayHaveATtlToo_andNoTtlMeansNotAtAll() {
    CacheAside<Long, Planet> cache = adaptive();
    origin.answer = Loaded.absent(MINUTE);
    assertThat(cache.get(3L)).isEmpty();
    assertThat(cache.read(3L)).isEqualTo(new Read<>(null, Outcome.ABSENT));
    pass(MINUTE);
    origin.answer = Loaded.of(OLD, Duration.ZERO);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.BYPASSED));
    assertThat(cache.read(3L)).isEqualTo(new Read<>(OLD, Outcome.BYPASSED));
  }

  @Test
  void inBulkToo() {
    Map<Long, Loaded<Planet>> rows = new HashMap<>();
    rows.put(1L, Loaded.of(new Planet(1, "Mercury"), MINUTE));
    rows.put(3L, Loaded.of(OLD, HARD));
    CacheAside<Long, Planet> cache =
        builder(store).ttl(HARD).buildAdaptive(CacheLoader.of(rows::get, ids -> rows));
    assertThat(cache.getAll(List.of(1L, 2L, 3L))).hasSize(2).containsEntry(3L, OLD);
    pass(MINUTE);
    assertThat(cache.peek(1L)).isEmpty();
    assertThat(cache.peek(3L)).contains(OLD);
  }

  @Test
  void theSoftTtlIsTheLoadersToo() {
    CacheAside<Long, Planet> cache =
        builder(store, Expiry.soft(SOFT).staleWhileRevalidate()).buildAdaptive(origin);
    origin.answer = Loaded.of(OLD, HARD).soft(MINUTE);
    cache.get(3L);
    pass(MINUTE.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    pass(Duration.ofMillis(1));
    assertThat(cache.read(3L)).isEqualTo(STALE);
    origin.answer = Loaded.of(NEW, Duration.ZERO); // not to be cached: what was there goes
    background.runAll();
    assertThat(cache.peek(3L)).isEmpty();
  }

  @Test
  void aNearCacheKeepsNothingForLonger() {
    Settings<Long, Planet> settings = builder(store).ttl(HARD).settings(table);
    assertThat(Ages.of(settings).expiry()).as("not adaptive").isNull();
    CacheAside<Long, Planet> cache = builder(store).ttl(HARD).nearCache(10).buildAdaptive(origin);
    origin.answer = Loaded.of(OLD, MINUTE);
    cache.get(3L);
    pass(MINUTE.minusMillis(1));
    assertThat(cache.read(3L)).isEqualTo(HIT);
    // kept near for 1 ms at most; near time is real, and its clock coarse
    await().pollDelay(Duration.ofMillis(50)).until(() -> cache.read(3L).equals(HIT));
  }

  @Test
  void overLayoutsWithoutAHeader_itIsTheTtlInRedis() {
    CacheAside<Long, Planet> cache = builder(redis.plain()).ttl(HARD).buildAdaptive(origin);
    origin.answer = Loaded.absent(MINUTE);
    assertThat(cache.get(3L)).isEmpty();
    origin.answer = Loaded.of(OLD, MINUTE);
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.LOADED);
    settle();
    assertThat(cache.read(3L)).isEqualTo(HIT);
    cache.invalidate(3L);
  }

  @Test
  void whatCantBeMeant_isRefused() {
    assertThatThrownBy(() -> Loaded.of(OLD).soft(Duration.ZERO))
        .hasMessage("soft must be positive: PT0S");
    assertThat(Loaded.of(OLD, Duration.ofDays(5000)).toString())
        .isEqualTo("Loaded[ttl=" + Ttl.LONGEST + ", soft=null]");
  }
}
