package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What happens to one key of a bulk read does not happen to the others. */
final class BulkReadTest extends CacheTest {
  private final IllegalStateException down = new IllegalStateException("down");

  /** Reads single rows from the table, and many by this function. */
  private CacheLoader<Long, Planet> bulk(BulkFunction function) {
    return new CacheLoader<>() {
      @Override
      public @Nullable Planet load(Long id) throws Exception {
        return table.load(id);
      }

      @Override
      public Map<Long, Planet> loadAll(Collection<Long> ids) throws Exception {
        return function.load(ids);
      }
    };
  }

  @FunctionalInterface
  private interface BulkFunction {
    Map<Long, Planet> load(Collection<Long> ids) throws Exception;
  }

  @Test
  void aBulkLoadThatThrows_losesNoHit() {
    CacheAside<Long, Planet> cache =
        cache(
            bulk(
                ids -> {
                  throw down;
                }));
    cache.get(2L);
    Reads<Long, Planet> reads = cache.readAll(List.of(1L, 2L, 3L));

    assertThat(reads.answers())
        .isEqualTo(Map.of(2L, new Read<>(new Planet(2, "Venus"), Outcome.HIT)));
    assertThat(reads.failures()).containsOnlyKeys(1L, 3L);
    assertThat(reads.failures().values()).allSatisfy(e -> assertThat(e).hasCause(down));
    assertThat(cache.stats().hits()).isEqualTo(1);
    assertThatThrownBy(() -> cache.getAll(List.of(1L, 2L, 3L)))
        .isInstanceOf(CacheLoadException.class)
        .hasMessage("loading 2 of 3 values of " + name + " failed")
        .hasCause(down)
        .hasNoSuppressedExceptions();
  }

  @Test
  void aBulkLoadMayFailForSomeKeysOnly_andTheOthersAreCached() {
    IllegalStateException sick = new IllegalStateException("shard 2");
    CacheAside<Long, Planet> cache =
        builder(redis)
            .absentTtl(Duration.ofMinutes(1))
            .build(
                bulk(
                    ids -> {
                      throw new PartialLoadException(
                          table.loadAll(List.of(1L)), Map.of(2L, down, 3L, sick));
                    }));
    Reads<Long, Planet> reads = cache.readAll(List.of(1L, 2L, 3L, 9L));

    assertThat(reads.answers())
        .containsExactly(
            Map.entry(1L, new Read<>(new Planet(1, "Mercury"), Outcome.LOADED)),
            Map.entry(9L, new Read<>(null, Outcome.LOADED)));
    assertThat(reads.found()).isEqualTo(Map.of(1L, new Planet(1, "Mercury")));
    assertThat(reads.failures().keySet()).containsExactly(2L, 3L);
    assertThatThrownBy(reads::orElseThrow)
        .hasMessage("loading 2 of 4 values of " + name + " failed")
        .hasCause(down)
        .hasSuppressedException(sick);
    settle();
    assertThat(otherCache(table).read(1L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(builder(redis).build(table).read(9L).outcome()).isEqualTo(Outcome.ABSENT);
    assertThat(otherCache(table).read(3L).outcome()).isEqualTo(Outcome.LOADED); // no lease is left
  }

  @Test
  void aRowUnderAnotherSpelling_isNoProofThatTheKeyHasNone() {
    List<Long> single = new ArrayList<>();
    CacheLoader<Long, Planet> respelling = // finds 3 and says 1003; 9 has no row
        CacheLoader.of(
            id -> {
              single.add(id);
              return table.load(id);
            },
            ids -> Map.of(1L, new Planet(1, "Mercury"), 1003L, new Planet(3, "Earth")));
    CacheAside<Long, Planet> cache =
        builder(redis).absentTtl(Duration.ofMinutes(1)).build(respelling);

    assertThat(cache.getAll(List.of(1L, 3L, 9L))).containsOnlyKeys(1L, 3L);
    assertThat(single).containsExactly(3L, 9L);
    settle();
    assertThat(cache.read(3L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.read(9L).outcome()).isEqualTo(Outcome.ABSENT);
  }

  @Test
  void aPartialAnswerUnderAnotherSpelling_keepsItsFailures() {
    CacheLoader<Long, Planet> respelling =
        CacheLoader.of(
            id -> {
              if (id == 3) {
                throw down;
              }
              return table.load(id);
            },
            ids -> {
              throw new PartialLoadException(Map.of(1001L, "else"), Map.of(2L, down));
            });
    Reads<Long, Planet> reads = cache(respelling).readAll(List.of(1L, 2L, 3L));

    assertThat(reads.found()).containsOnlyKeys(1L);
    assertThat(reads.failures()).containsOnlyKeys(2L, 3L);
  }

  @Test
  void whoJoinsTheFlightOfAKey_getsWhatBecameOfThatKey() {
    Gate leases = new Gate(new InMemoryCacheStore(), Integer.MAX_VALUE, 1);
    CacheAside<Long, Planet> cache =
        builder(leases)
            .executor(Runnable::run)
            .build(
                bulk(
                    ids -> {
                      throw new PartialLoadException(table.loadAll(List.of(1L)), Map.of(3L, down));
                    }));
    CompletableFuture<Reads<Long, Planet>> leading = cache.async().readAll(List.of(1L, 3L));
    CompletableFuture<Read<Planet>> one = cache.async().read(1L);
    CompletableFuture<Read<Planet>> three = cache.async().read(3L);
    assertThat(leading).isNotDone();
    leases.open();

    assertThat(leading.join().failures()).containsOnlyKeys(3L);
    assertThat(one.join()).isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.SHARED));
    assertThatThrownBy(three::join).cause().isInstanceOf(CacheLoadException.class).hasCause(down);
  }

  @Test
  void aValueThatCantBeSerialized_isNotTheOthersLoss() {
    Serializer<Planet> json = Serializer.json(Planet.class);
    Serializer<Planet> picky =
        new Serializer<>() {
          @Override
          public byte[] serialize(Planet value) throws Exception {
            if (value.id() == 1) {
              throw new Exception("no");
            }
            if (value.id() == 2) {
              throw new NoClassDefFoundError("a broken deployment");
            }
            return json.serialize(value);
          }

          @Override
          public Planet deserialize(byte[] bytes) throws Exception {
            return json.deserialize(bytes);
          }
        };
    CacheAside<Long, Planet> cache =
        CacheAside.builder(redis, name, picky).storeTimeout(Duration.ofSeconds(5)).build(table);
    Reads<Long, Planet> reads = cache.readAll(List.of(1L, 2L, 3L));

    assertThat(reads.answers().get(1L))
        .isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.BYPASSED));
    assertThat(reads.answers().get(2L))
        .as("the database has answered, whatever becomes of the copy")
        .isEqualTo(new Read<>(new Planet(2, "Venus"), Outcome.BYPASSED));
    assertThat(reads.failures()).isEmpty();
    assertThat(reads.answers().get(3L))
        .isEqualTo(new Read<>(new Planet(3, "Earth"), Outcome.LOADED));
    settle();
    assertThat(otherCache(table).read(3L).outcome()).isEqualTo(Outcome.HIT);
  }

  @Test
  void aLoaderOfSingleKeys_failsForSingleKeys() {
    CacheAside<Long, Planet> cache =
        cache(
            id -> {
              if (id == 2) {
                throw down;
              }
              return table.load(id);
            });
    Reads<Long, Planet> reads = cache.readAll(List.of(1L, 2L, 3L));

    assertThat(reads.found()).containsOnlyKeys(1L, 3L);
    assertThat(reads.failures().get(2L)).hasCause(down);
  }

  @Test
  void aLoaderOfSingleKeys_stopsAfterThreeFailuresInARow() {
    List<Long> asked = new ArrayList<>();
    CacheAside<Long, Planet> cache =
        cache(
            id -> {
              asked.add(id);
              if (id == 3) {
                return table.load(id);
              }
              throw down;
            });
    Reads<Long, Planet> reads = cache.readAll(LongStream.rangeClosed(1, 10).boxed().toList());

    assertThat(asked).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(reads.found()).containsOnlyKeys(3L);
    assertThat(reads.failures()).hasSize(9);
    assertThat(reads.failures().get(10L)).hasCause(down);
  }

  @Test
  void aPartialFailureWithoutFailuresCantBeMeant() {
    assertThatThrownBy(() -> new PartialLoadException(Map.of(1L, "one"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("failures must not be empty: return what was found");
  }

  @Test
  void leasesAndFillsOfABulkRead_areSentBeforeTheFirstIsAnswered() {
    List<Long> ids = LongStream.rangeClosed(1, 100).boxed().toList();
    Gate store = new Gate(redis, 100, 100); // answers nobody before a hundred have asked
    CacheAside<Long, Planet> cache =
        builder(store).absentTtl(Duration.ofMinutes(1)).build(table); // three exist
    assertThat(cache.getAll(ids)).hasSize(3);

    settle();
    assertThat(cache.stats().fills()).isEqualTo(100);
    assertThat(table.bulkLoads).hasValue(1);
    assertThat(otherCache(table).getAll(ids)).hasSize(3);
    assertThat(table.bulkLoads).hasValue(1);
  }

  @Test
  void anExecutorThatRefusesAStepOfARead_failsIt_andDoesNotSayThatThereIsNoRow() {
    Queue<Runnable> steps = new ArrayDeque<>();
    List<Runnable> refused = new ArrayList<>();
    CacheAside<Long, Planet> cache =
        builder(new InMemoryCacheStore())
            .executor(
                step -> {
                  if (!refused.isEmpty()) {
                    throw new RejectedExecutionException("full");
                  }
                  refused.add(step);
                  steps.add(step);
                })
            .build(table);
    CompletableFuture<Read<Planet>> read = cache.async().read(1L);
    steps.remove().run();

    assertThatThrownBy(read::join).hasCauseInstanceOf(RejectedExecutionException.class);
    assertThat(cache.get(1L)).isPresent();
  }

  /** Holds back the answers to leases and fills until so many of a kind were asked for. */
  private static final class Gate extends ForwardingCacheStore {
    private final Countdown leases;
    private final Countdown fills;

    Gate(CacheStore store, int leases, int fills) {
      super(store);
      this.leases = new Countdown(leases);
      this.fills = new Countdown(fills);
    }

    void open() {
      leases.reached.complete(null);
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      CompletionStage<Lookup> answer = super.lease(key, token, lease);
      leases.asked();
      return leases.reached.thenCompose(all -> answer);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      CompletionStage<Boolean> answer = super.fill(key, token, value, ttl);
      fills.asked();
      return fills.reached.thenCompose(all -> answer);
    }
  }

  private static final class Countdown {
    private final CompletableFuture<Void> reached = new CompletableFuture<>();
    private int left;

    Countdown(int left) {
      this.left = left;
    }

    synchronized void asked() {
      if (--left == 0) {
        reached.complete(null);
      }
    }
  }

  /** A serializer whose batches can't be begun, or not closed. */
  private record WithoutBatches(Serializer<Planet> json, boolean atTheEnd)
      implements Serializer<Planet> {
    @Override
    public byte[] serialize(Planet planet) throws Exception {
      return json.serialize(planet);
    }

    @Override
    public Planet deserialize(byte[] bytes) throws Exception {
      return json.deserialize(bytes);
    }

    @Override
    public Batch<Planet> batch() {
      if (!atTheEnd) {
        throw new IllegalStateException("no batch");
      }
      return new Batch<>() {
        @Override
        public Planet deserialize(byte[] bytes, int offset) throws Exception {
          return json.deserialize(bytes, offset);
        }

        @Override
        public void close() {
          throw new IllegalStateException("not closed");
        }
      };
    }
  }

  @Test
  void aSerializerWhoseBatchesFail_losesNoHit() {
    for (boolean atTheEnd : new boolean[] {false, true}) {
      CacheAside<Long, Planet> cache =
          CacheAside.builder(
                  new InMemoryCacheStore(),
                  "planet",
                  new WithoutBatches(Serializer.json(Planet.class), atTheEnd))
              .build(table);
      Map<Long, Planet> loaded = cache.getAll(List.of(1L, 2L, 3L));
      assertThat(cache.getAll(List.of(1L, 2L, 3L))).isEqualTo(loaded).isNotEmpty();
      assertThat(cache.stats().hits()).as("at the end: %s", atTheEnd).isEqualTo(3);
    }
  }
}
