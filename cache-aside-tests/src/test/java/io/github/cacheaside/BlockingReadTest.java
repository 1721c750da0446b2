package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What begins before the caller who waits is woken, and what becomes of it if he is gone. */
final class BlockingReadTest extends CacheTest {
  private final Told store = new Told();

  /** A store whose lookups are answered by the test, in the order in which they came. */
  private static final class Told extends OneLookupStore {
    final Queue<CompletableFuture<Lookup>> lookups = new ArrayDeque<>();
    private CompletableFuture<Lookup> latest = new CompletableFuture<>();
    final List<Thread> leases = new CopyOnWriteArrayList<>();
    final CompletableFuture<LeaseToken> givenBack = new CompletableFuture<>();
    volatile Runnable duringLease = () -> {};
    volatile CompletableFuture<Lookup> slowLease = CompletableFuture.completedFuture(null);

    Told() {
      super(new InMemoryCacheStore());
    }

    CompletionStage<Lookup> kept(String key) {
      return store.lookup(key);
    }

    @Override
    public CompletionStage<Lookup> lookup(String key) {
      latest = new CompletableFuture<>();
      return latest;
    }

    @Override
    public synchronized CompletionStage<Lookup> lookup(
        String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
      CompletionStage<Lookup> next = super.lookup(key, ifMissing);
      lookups.add(latest); // now that somebody waits for it
      notifyAll();
      return next;
    }

    synchronized CompletableFuture<Lookup> nextLookup() throws InterruptedException {
      while (lookups.isEmpty()) {
        wait(20_000);
      }
      return lookups.remove();
    }

    @Override
    public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
      leases.add(Thread.currentThread());
      duringLease.run();
      return store.lease(key, token, lease).thenCombine(slowLease, (found, slow) -> found);
    }

    @Override
    public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
      givenBack.complete(token);
      return store.abandon(key, token);
    }
  }

  @Test
  void whoSaysThatNothingIsThere_asksForTheLease_andTheCallerLoads() throws Exception {
    CompletableFuture<Thread> loads = new CompletableFuture<>();
    CompletableFuture<Thread> reads = new CompletableFuture<>();
    CacheAside<Long, Planet> cache =
        builder(store)
            .build(
                (Long id) -> {
                  loads.complete(Thread.currentThread());
                  return table.load(id);
                });
    Future<Read<Planet>> read =
        start(
            () -> {
              reads.complete(Thread.currentThread());
              return cache.read(1L);
            });
    store.nextLookup().complete(Lookup.MISSING);

    assertThat(store.leases).containsExactly(Thread.currentThread());
    assertThat(result(read)).isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.LOADED));
    assertThat(loads.join()).isEqualTo(reads.join());
    assertThat(cache.stats().fills()).isEqualTo(1);
    assertThat(cache.health().flights()).isZero();
  }

  @Test
  void whoTakesATicketGetsTheLeaseTheSameWay_wakenOnce() throws Exception {
    CacheAside<Long, Planet> cache = builder(store).build(table);
    Future<Ticket<Planet>> taken = start(() -> cache.ticket(1L));
    store.nextLookup().complete(Lookup.MISSING);

    assertThat(store.leases).containsExactly(Thread.currentThread());
    assertThat(result(taken).fill(new Planet(1, "Mercury"))).isTrue();
    assertThat(cache.health().flights()).isZero();
    Future<Ticket<Planet>> hit = start(() -> cache.ticket(1L));
    CompletableFuture<Lookup> second = store.nextLookup();
    store.kept(name + ":1").thenAccept(second::complete);
    assertThat(result(hit).found())
        .isEqualTo(new Look.Hit<>(new Planet(1, "Mercury"), Outcome.HIT));
    assertThat(cache.stats().hits()).isEqualTo(1);
    assertThat(cache.stats().misses()).isEqualTo(1);
  }

  @Test
  void whereALoadIsOnItsWay_noOtherBegins() throws Exception {
    SlowLoader slow = new SlowLoader();
    CacheAside<Long, Planet> cache = builder(store).build(slow);
    Future<Read<Planet>> leader = start(() -> cache.read(1L));
    CompletableFuture<Lookup> first = store.nextLookup();
    Future<Read<Planet>> other = start(() -> cache.read(1L));
    CompletableFuture<Lookup> second = store.nextLookup();

    first.complete(Lookup.MISSING);
    slow.hasRead.await();
    second.complete(Lookup.MISSING);
    assertThat(store.leases).hasSize(1);
    slow.mayReturn.countDown();

    assertThat(result(leader).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(result(other).value()).isEqualTo(new Planet(1, "Mercury"));
  }

  @Test
  void newsForOneWhoHasGivenUp_beginNothing() throws Exception {
    CacheAside<Long, Planet> cache =
        builder(store)
            .storeTimeout(Duration.ofMillis(50))
            .circuitBreaker(CircuitBreaker.off())
            .build(table);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);
    int leases = store.leases.size(); // one may have been asked for, and given back
    store.nextLookup().complete(Lookup.MISSING);

    assertThat(store.leases).hasSize(leases);
    assertThat(cache.health().flights()).isZero();
  }

  @Test
  void newsForOneWhoseLookupHasFailed_beginNothing() {
    List<Supplier<? extends CompletionStage<Lookup>>> late = new CopyOnWriteArrayList<>();
    CacheStore impatient =
        new ForwardingCacheStore(store) {
          @Override
          public CompletionStage<Lookup> lookup(
              String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
            late.add(ifMissing);
            return CompletableFuture.failedFuture(new TimeoutException("its own"));
          }
        };
    CacheAside<Long, Planet> cache = builder(impatient).build(table);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.BYPASSED);

    assertThat(late.get(0).get().toCompletableFuture()).isCompletedWithValue(Lookup.MISSING);
    assertThat(store.leases).isEmpty();
    assertThat(cache.health().flights()).isZero();
  }

  /** The calls that wait for what this is about. */
  private enum Waits {
    READ {
      @Override
      Object call(CacheAside<Long, Planet> cache) {
        return cache.read(1L);
      }
    },
    TICKET {
      @Override
      Object call(CacheAside<Long, Planet> cache) {
        return cache.ticket(1L);
      }
    };

    abstract Object call(CacheAside<Long, Planet> cache);
  }

  @ParameterizedTest
  @EnumSource
  void whoIsInterrupted_givesTheLeaseBack_andNobodyWaitsForHim(Waits waits) throws Exception {
    CacheAside<Long, Planet> cache = builder(store).build(table);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread reader = reader(() -> waits.call(cache), thrown);
    store.slowLease = new CompletableFuture<>();
    store.nextLookup().complete(Lookup.MISSING);
    reader.interrupt();

    assertThat(thrown.get(20, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
    assertThat(store.givenBack.get(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(cache.health().flights()).isZero();
    assertThat(cache.stats().misses()).isEqualTo(1);
    store.slowLease = CompletableFuture.completedFuture(null);
    Future<Read<Planet>> next = start(() -> cache.read(1L));
    store.nextLookup().complete(Lookup.MISSING);
    assertThat(result(next).outcome()).isEqualTo(Outcome.LOADED);
  }

  private static Thread reader(Supplier<Object> call, CompletableFuture<Throwable> thrown) {
    Thread reader =
        new Thread(
            () -> {
              try {
                thrown.completeExceptionally(new AssertionError("answered " + call.get()));
              } catch (CacheException e) {
                thrown.complete(e);
              }
            });
    reader.start();
    return reader;
  }

  @ParameterizedTest
  @EnumSource
  void whoGoesWhileTheLeaseIsBeingAskedFor_leavesNothingBehind(Waits waits) throws Exception {
    CacheAside<Long, Planet> cache = builder(store).build(table);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread reader = reader(() -> waits.call(cache), thrown);
    store.duringLease =
        () -> {
          reader.interrupt();
          assertThat(thrown.orTimeout(20, TimeUnit.SECONDS).join()).isNotNull();
        };
    store.nextLookup().complete(Lookup.MISSING);

    assertThat(store.givenBack).isDone();
    assertThat(cache.health().flights()).isZero();
    assertThat(cache.stats().misses()).isEqualTo(1);
  }

  /** A store whose lookup is answered in the last moment: the first wait for it times out. */
  private static final class Late extends ForwardingCacheStore {
    private final boolean answered;

    Late(boolean answered) {
      super(new InMemoryCacheStore());
      this.answered = answered;
    }

    @Override
    public CompletionStage<Lookup> lookup(
        String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
      CompletableFuture<Lookup> answer =
          new CompletableFuture<>() {
            private boolean again;

            @Override
            public Lookup get(long timeout, TimeUnit unit) throws TimeoutException {
              if (!answered || !again) {
                again = true;
                throw new TimeoutException();
              }
              return join();
            }
          };
      if (answered) {
        ifMissing.get().thenAccept(answer::complete);
      }
      return answer;
    }
  }

  @Test
  void anAnswerInTheLastMoment_leavesTheLeaseATimeOfItsOwn() {
    CacheAside<Long, Planet> cache = builder(new Late(true)).build(table);
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(cache.stats().storeFailures()).isZero();
    assertThat(cache.stats().fills()).isEqualTo(1);
  }

  @Test
  void withoutAnAnswer_theTimeIsOver() {
    CacheAside<Long, Planet> cache = builder(new Late(false)).build(table);
    assertThat(cache.read(1L).value()).isEqualTo(new Planet(1, "Mercury"));
    assertThat(cache.stats().storeFailures()).isPositive();
  }

  @Test
  void whatFailsBeforeTheLeaseIsSent_isAnsweredByALoad() {
    CacheStore broken =
        new ForwardingCacheStore(new InMemoryCacheStore()) {
          @Override
          public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
            throw new LinkageError("no class");
          }
        };
    CacheAside<Long, Planet> cache = builder(broken).build(table);
    assertThat(cache.read(1L)).isEqualTo(new Read<>(new Planet(1, "Mercury"), Outcome.BYPASSED));
    assertThat(cache.health().flights()).isZero();
  }
}
