package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.write.Puts;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.github.cacheaside.testkit.WithServers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Puts if absent, puts of many, looks and refreshes: doors that load nothing by themselves. */
@WithServers
final class PutIfAbsentTest extends CacheTest {
  private static final Planet PLUTO = new Planet(9, "Pluto");

  private CacheAside<Long, Planet> cache() {
    return builder(redis).absentTtl(Duration.ofMinutes(1)).build(table);
  }

  @Test
  void aValueIsPutOnce_andTheOtherCallerLearnsWhatIsThere() {
    CacheAside<Long, Planet> cache = cache();
    assertThat(cache.putIfAbsent(9L, PLUTO)).isEqualTo(new Look.Nothing<>());
    Look<Planet> second = cache.putIfAbsent(9L, new Planet(9, "Eris"));
    assertThat(second.toOptional()).contains(PLUTO);
    assertThat(cache.get(9L)).contains(PLUTO);
    assertThat(cache.stats().fills()).isEqualTo(1);
  }

  @Test
  void ofManyCallersOneWrites() throws Exception {
    CacheAside<Long, Planet> cache = cache();
    CacheAside<Long, Planet> other = otherCache(table);
    List<Future<Look<Planet>>> all =
        startTogether(
            16,
            () ->
                (Thread.currentThread().getId() % 2 == 0 ? cache : other)
                    .putIfAbsent(9L, new Planet(9, Thread.currentThread().getName())));
    int written = 0;
    for (Future<Look<Planet>> each : all) {
      written += result(each).isCached() ? 0 : 1;
    }
    assertThat(written).isEqualTo(1);
  }

  @Test
  void aCachedAbsenceIsThereToo_andALookTellsItFromNothing() {
    CacheAside<Long, Planet> cache = cache();
    assertThat(cache.look(77L)).isEqualTo(new Look.Nothing<>());
    cache.get(77L);
    settle();
    assertThat(cache.look(77L)).isEqualTo(new Look.Absent<>(Outcome.ABSENT));
    assertThat(cache.putIfAbsent(77L, PLUTO)).isEqualTo(new Look.Absent<>(Outcome.ABSENT));
    assertThat(cache.async().look(77L).join()).isEqualTo(new Look.Absent<>(Outcome.ABSENT));
    assertThat(cache.stats().hits() + cache.stats().misses()).as("a look is no read").isEqualTo(1);
  }

  @Test
  void aLookIntoAnIllStoreSaysSo() {
    InMemoryCacheStore store = new InMemoryCacheStore();
    CacheAside<Long, Planet> cache = builder(store).build(table);
    store.failWith(new IllegalStateException("out of reach"));
    assertThat(cache.look(1L)).isEqualTo(new Look.Unknown<>());
    assertThatThrownBy(() -> cache.putIfAbsent(1L, PLUTO)).isInstanceOf(CacheStoreException.class);
  }

  @Test
  void aLoadThatIsUnderWayFillsNothing() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> reader = otherCache(slow);
    CacheAside<Long, Planet> writer = cache();
    Future<Read<Planet>> read = start(() -> reader.read(3L));
    slow.hasRead.await();
    assertThat(writer.putIfAbsent(3L, PLUTO)).isEqualTo(new Look.Nothing<>());
    slow.mayReturn.countDown();
    assertThat(result(read).value()).isEqualTo(new Planet(3, "Earth"));
    settle();
    assertThat(writer.get(3L)).contains(PLUTO);
    assertThat(reader.stats().refusedFills()).isEqualTo(1);
  }

  @Test
  void nothingIsPutWhileAWriteIsInFlight() {
    CacheAside<Long, Planet> cache = cache();
    Look<Planet> look = cache.write(List.of(9L), () -> cache.putIfAbsent(9L, PLUTO));
    assertThat(look).isEqualTo(new Look.Unknown<>());
    assertThat(cache.look(9L)).isEqualTo(new Look.Nothing<>());
  }

  @Test
  void whatIsOutdatedOrUnreadableIsReplaced() {
    CacheAside<Long, Planet> cache = builder(redis).clearable().build(table);
    cache.put(9L, new Planet(9, "Eris"));
    cache.clear();
    assertThat(cache.putIfAbsent(9L, PLUTO)).isEqualTo(new Look.Nothing<>());
    assertThat(cache.get(9L)).contains(PLUTO);

    CacheAside<Long, String> garbage =
        CacheAside.builder(redis, name, Serializer.utf8()).build(key -> "x");
    garbage.put(10L, "no JSON");
    assertThat(cache.putIfAbsent(10L, PLUTO)).isEqualTo(new Look.Nothing<>());
  }

  @Test
  void thePlainLayoutPutsInOneStepToo_theHashLayoutRefuses() {
    CacheAside<Long, Planet> plain = builder(redis.plain()).build(table);
    assertThat(plain.putIfAbsent(9L, PLUTO)).isEqualTo(new Look.Nothing<>());
    assertThat(plain.putIfAbsent(9L, new Planet(9, "Eris")).toOptional()).contains(PLUTO);
    CacheAside<Long, Planet> hash =
        CacheAside.builder(redis.hash(), name + "h", Serializer.fields(Planet.class)).build(table);
    assertThatThrownBy(() -> hash.putIfAbsent(9L, PLUTO))
        .hasRootCauseInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void manyArePut_inWindows() {
    CacheAside<Long, Planet> cache = cache();
    Map<Long, Planet> planets = new LinkedHashMap<>();
    for (long id = 100; id < 100 + 3 * Puts.WINDOW + 1; id++) {
      planets.put(id, new Planet(id, "p" + id));
    }
    cache.putAll(planets);
    assertThat(cache.getAll(planets.keySet())).isEqualTo(planets);
    assertThat(cache.stats().hits()).isEqualTo(planets.size());
    cache.invalidateAll(planets.keySet());
    cache.async().putAll(planets).join();
    assertThat(cache.peek(100L)).isPresent();
    cache.putAll(Map.of());
  }

  @Test
  void putsThatFailAreCounted_andTheOthersAreTried() {
    InMemoryCacheStore memory = new InMemoryCacheStore();
    CacheStore store =
        new ForwardingCacheStore(memory) {
          @Override
          public java.util.concurrent.CompletionStage<Boolean> put(
              String key, StoredValue value, Duration ttl) {
            if (key.endsWith(":2") || key.endsWith(":3")) {
              throw new IllegalStateException("full");
            }
            return super.put(key, value, ttl);
          }
        };
    CacheAside<Long, Planet> cache = builder(store).build(table);
    Map<Long, Planet> planets = new LinkedHashMap<>();
    for (long id = 1; id <= 4; id++) {
      planets.put(id, new Planet(id, "p" + id));
    }
    assertThatThrownBy(() -> cache.putAll(planets))
        .isInstanceOf(CacheStoreException.class)
        .hasMessageContaining("2 keys of " + name)
        .hasRootCauseMessage("full");
    assertThat(cache.peek(4L)).isPresent();
  }

  @Test
  void aRefreshLoadsNow_andOthersReadTheOldValueMeanwhile() throws Exception {
    CacheAside<Long, Planet> reader = cache();
    reader.get(3L);
    settle();
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> refresher = otherCache(slow);
    table.set(3L, "Terra");
    Future<Read<Planet>> refreshed = start(() -> refresher.refresh(3L));
    slow.hasRead.await();
    assertThat(reader.read(3L)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.STALE));
    slow.mayReturn.countDown();
    assertThat(result(refreshed)).isEqualTo(new Read<>(new Planet(3, "Terra"), Outcome.LOADED));
    settle();
    assertThat(reader.read(3L)).isEqualTo(new Read<>(new Planet(3, "Terra"), Outcome.HIT));
    assertThat(reader.async().refresh(3L).join().outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aRefreshThatAnInvalidationOvertakesFillsNothing() throws Exception {
    CacheAside<Long, Planet> writer = cache();
    writer.get(3L);
    settle();
    SlowLoader slow = new SlowLoader();
    Future<Read<Planet>> refreshed = start(() -> otherCache(slow).refresh(3L));
    slow.hasRead.await();
    table.set(3L, "Terra");
    writer.invalidate(3L);
    slow.mayReturn.countDown();
    result(refreshed);
    settle();
    assertThat(writer.get(3L)).contains(new Planet(3, "Terra"));
  }

  @Test
  void namesOfAnyTextStandEscapedInKeys_andAsTheyAreInMessages() {
    CacheAside<Long, Planet> odd =
        CacheAside.builder(
                redis, CacheName.ofAnyText(name + "#a/b:c"), Serializer.json(Planet.class))
            .clearable()
            .build(table);
    odd.get(3L);
    settle();
    assertThat(odd.name()).isEqualTo(name + "#a/b:c");
    assertThat(odd.read(3L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(redis.lookup(name + "%23a%2Fb%3Ac:3").toCompletableFuture().join())
        .isInstanceOf(Lookup.Hit.class);
    odd.clear();
    assertThat(odd.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  private static Map<Long, Planet> findAll(List<Long> ids) throws java.io.IOException {
    throw new java.io.IOException("checked, of " + ids.size());
  }

  @Test
  void aBulkLoaderTakesAList_andMayThrowWhatIsChecked() {
    CacheAside<Long, Planet> cache =
        builder(redis).build(CacheLoader.of(table, PutIfAbsentTest::findAll));
    assertThatThrownBy(() -> cache.getAll(List.of(1L, 2L)))
        .isInstanceOf(CacheLoadException.class)
        .hasRootCauseMessage("checked, of 2");
  }
}
