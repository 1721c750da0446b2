package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a user sees of one cache. */
final class CacheAsideTest extends CacheTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void aMissLoads_aHitDoesNot() {
    CacheAside<Long, Planet> cache = cache(table);
    assertThat(cache.read(3L)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.LOADED));
    assertThat(cache.read(3L)).isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.HIT));
    assertThat(table.loads).hasValue(1);
    assertThat(cache.stats().hitRate()).isEqualTo(0.5);
  }

  @Test
  void anAbsentRowIsAskedForEveryTime_unlessItHasATtl() {
    CacheAside<Long, Planet> cache = cache(table);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.get(9L)).isEmpty();
    }
    assertThat(table.loads).hasValue(3);
  }

  @Test
  void anAbsentRowWithATtlIsLoadedOnce() {
    CacheAside<Long, Planet> cache = builder(redis).absentTtl(MINUTE).build(table);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.get(9L)).isEmpty();
    }
    assertThat(table.loads).hasValue(1);
  }

  @Test
  void fiftyColdKeysAreOneBulkLoad() {
    List<Long> ids = LongStream.rangeClosed(1, 50).boxed().toList();
    ids.forEach(id -> table.set(id, "p" + id));
    CacheAside<Long, Planet> cache = cache(table);

    assertThat(cache.getAll(ids).keySet()).containsExactlyElementsOf(ids);
    assertThat(cache.getAll(ids)).hasSize(50);
    assertThat(table.bulkLoads).hasValue(1);
    assertThat(table.loads).hasValue(0);
    assertThat(cache.stats().hits()).isEqualTo(50);
  }

  @Test
  void getAllLoadsOnlyWhatIsMissing_andKeepsTheOrder() {
    List<Collection<Long>> asked = new ArrayList<>();
    CacheAside<Long, Planet> cache =
        cache(
            CacheLoader.of(
                table,
                ids -> {
                  asked.add(ids);
                  return table.loadAll(ids);
                }));
    cache.get(2L);
    Map<Long, Planet> found = cache.getAll(List.of(3L, 2L, 9L, 1L, 3L));

    assertThat(found.keySet()).containsExactly(3L, 2L, 1L);
    assertThat(asked).containsExactly(List.of(3L, 9L, 1L));
    assertThat(cache.getAll(List.of())).isEmpty();
  }

  @Test
  void aFailingBulkLoadReachesTheCaller_andLeavesNoLease() {
    CacheAside<Long, Planet> cache =
        cache(
            CacheLoader.of(
                table,
                ids -> {
                  throw new IllegalStateException("down");
                }));
    assertThatThrownBy(() -> cache.getAll(List.of(1L, 2L)))
        .isInstanceOf(CacheLoadException.class)
        .hasRootCauseMessage("down");
    assertThat(otherCache(table).read(1L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void peekNeverLoads() {
    CacheAside<Long, Planet> cache = cache(table);
    assertThat(cache.peek(1L)).isEmpty();
    cache.get(1L);
    assertThat(cache.peek(1L)).contains(new Planet(1, "Mercury"));
    assertThat(table.loads).hasValue(1);
  }

  @Test
  void putIsReadByOthers() {
    cache(table).put(1L, new Planet(1, "put"));
    assertThat(otherCache(table).read(1L)).isEqualTo(new Read<>(new Planet(1, "put"), Outcome.HIT));
  }

  @Test
  void theAsynchronousViewIsTheSameCache() throws Exception {
    CacheAside<Long, Planet> cache = builder(redis).executor(threads).build(table);
    AsyncCacheAside<Long, Planet> async = cache.async();

    assertThat(async.get(1L).get(20, TimeUnit.SECONDS)).contains(new Planet(1, "Mercury"));
    assertThat(async.read(1L).get(20, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.HIT);
    assertThat(async.getAll(List.of(1L, 2L)).get(20, TimeUnit.SECONDS)).hasSize(2);
    async.put(1L, new Planet(1, "put")).get(20, TimeUnit.SECONDS);
    assertThat(async.peek(1L).get(20, TimeUnit.SECONDS)).contains(new Planet(1, "put"));
    async.invalidate(1L).get(20, TimeUnit.SECONDS);
    assertThat(cache.peek(1L)).isEmpty();
  }

  @Test
  void theAsynchronousViewFailsWithTheSameExceptions() {
    CacheAside<Long, Planet> cache =
        cache(
            id -> {
              throw new IllegalStateException("down");
            });
    assertThatThrownBy(() -> cache.async().get(1L).get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(CacheLoadException.class);
  }

  @Test
  void anExecutorThatRefusesLeavesNobodyWaiting() {
    CacheAside<Long, Planet> cache =
        builder(redis)
            .executor(
                task -> {
                  throw new java.util.concurrent.RejectedExecutionException("full");
                })
            .build(table);
    assertThat(cache.async().get(1L)).failsWithin(Duration.ofSeconds(20));
    assertThat(cache.get(1L)).isPresent();
  }

  @Test
  void entriesExpire() {
    Instant[] now = {Instant.EPOCH};
    InMemoryCacheStore store = new InMemoryCacheStore(() -> now[0]);
    CacheAside<Long, Planet> cache =
        builder(store).ttl(MINUTE).absentTtl(Duration.ofSeconds(5)).build(table);
    cache.get(1L);
    cache.get(9L);
    now[0] = now[0].plusSeconds(6);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.read(9L).outcome()).isEqualTo(Outcome.LOADED);
    now[0] = now[0].plus(MINUTE);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void aTtlBeyondAllBounds_isTenYears() {
    Ttl<Planet> forEver = planet -> ChronoUnit.FOREVER.getDuration();
    for (Ttl<Planet> ttl : List.of(forEver, forEver.jittered(0.5))) {
      CacheAside<Long, Planet> cache = builder(redis).ttl(ttl).build(table);
      cache.invalidate(1L);
      assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.LOADED);
      settle();
      assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
      cache.put(2L, new Planet(2, "Put"));
      assertThat(cache.read(2L)).isEqualTo(new Read<>(new Planet(2, "Put"), Outcome.HIT));
    }
  }

  @Test
  void aTtlOfZeroFromTheValue_meansNotCached() {
    CacheAside<Long, Planet> cache =
        builder(redis).ttl(Ttl.from((Planet planet) -> Duration.ZERO)).build(table);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
  }

  @Test
  void aValueThatCantBeSerializedIsStillReturned() {
    Serializer<Planet> broken =
        new Serializer<>() {
          @Override
          public byte[] serialize(Planet value) throws Exception {
            throw new Exception("no");
          }

          @Override
          public Planet deserialize(byte[] bytes) {
            throw new AssertionError();
          }
        };
    CacheAside<Long, Planet> cache = CacheAside.builder(redis, name, broken).build(table);
    assertThat(cache.read(1L)).isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.BYPASSED));
  }

  @Test
  void garbageUnderAKeyIsAMiss_counted_andHealed() {
    try (RedisClient client =
            RedisClient.create(io.github.cacheaside.testkit.TestServers.redis().uri());
        var connection = client.connect()) {
      RedisCommands<String, String> raw = connection.sync();
      List<Runnable> garbage =
          List.of(
              () -> raw.set(name + ":1", "garbage"),
              () -> raw.set(name + ":1", ""),
              () -> raw.set(name + ":1", "V\u0001truncated, but with more than twenty bytes"),
              () -> raw.set(name + ":1", "V\u0001\u0000\u0000" + "\u0000".repeat(36) + "no JSON"),
              () -> raw.set(name + ":1", "V\u0001ww" + "\u0000".repeat(40)),
              () -> raw.hset(name + ":1", "id", "1"),
              () -> raw.lpush(name + ":1", "1"));
      CacheAside<Long, Planet> cache = cache(table);
      long counted = 0;
      for (Runnable spoil : garbage) {
        raw.del(name + ":1");
        spoil.run();
        assertThat(cache.read(1L)).isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.LOADED));
        assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
        assertThat(cache.stats().undecodable()).isGreaterThan(counted);
        counted = cache.stats().undecodable();
        cache.invalidate(1L);
        raw.del(name + ":1");
        spoil.run();
        assertThat(cache.getAll(List.of(1L))).hasSize(1);
        assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
      }
    }
  }

  @Test
  void keysOfTheSameTextInDifferentNamespacesAreDifferentEntries() {
    CacheAside<Long, Planet> one = builder(redis).namespace("one").build(table);
    CacheAside<Long, Planet> two = builder(redis).namespace("two").build(table);
    CacheAside<Long, Planet> later = builder(redis).namespace("one").keyVersion(2).build(table);
    one.get(1L);
    assertThat(two.peek(1L)).isEmpty();
    assertThat(later.peek(1L)).isEmpty();
    later.get(1L);
    assertThat(redis.lookup("one/" + name + "@2:1").toCompletableFuture().join())
        .isInstanceOf(Lookup.Hit.class);
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without a checker does
  void nullsAreRefusedByName() {
    CacheAside<Long, Planet> cache = cache(table);
    assertThatThrownBy(() -> cache.get(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("key");
    assertThatThrownBy(() -> cache.put(1L, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("value");
    assertThatThrownBy(() -> builder(redis).holdOff(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("holdOff");
  }
}
