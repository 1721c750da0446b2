package io.github.cacheaside.engine.load;

import io.github.cacheaside.Loaded;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads for callers that have waited too long for a flight: one load a key, which all of them
 * share. It runs beside the flight, without a lease, and caches nothing.
 *
 * <p>A caller takes what comes first, of the flight or of the load, if it is young enough; also if
 * the load has ended by the time the caller gives up. If that load takes too long as well, or began
 * before the call, the caller leads or shares the next one.
 */
final class LateLoads<K, V> {
  private final Settings<K, V> settings;
  private final Origins<K, V> origins;
  private final LoadRunner runner;
  private final Timers timers;
  private final long maxWaitNanos;
  private final ConcurrentMap<String, Flight<V>> running = new ConcurrentHashMap<>();

  /** The load of one key, and the caller that leads it. */
  record Late<K, V>(
      K key,
      String storeKey,
      Flight<V> flight,
      Flight<V> slow,
      CompletableFuture<Read<V>> answer,
      Call call) {}

  LateLoads(Settings<K, V> settings, Origins<K, V> origins, LoadRunner runner, Timers timers) {
    this.settings = settings;
    this.origins = origins;
    this.runner = runner;
    this.timers = timers;
    this.maxWaitNanos = settings.maxWait().toNanos();
  }

  /** How many keys are loaded so now. */
  int size() {
    return running.size();
  }

  /**
   * Answers a call that waits no longer for a flight alone.
   *
   * @param slow that flight
   * @param again answers the call again, once that flight has ended and its answer is too old
   */
  CompletableFuture<Read<V>> load(
      K key,
      String storeKey,
      Flight<V> slow,
      Call call,
      Supplier<CompletableFuture<Read<V>>> again) {
    Flight<V> mine = new Flight<>();
    Flight<V> other = running.putIfAbsent(storeKey, mine);
    if (other != null) {
      return join(key, storeKey, slow, other, call, again);
    }
    Late<K, V> late = new Late<>(key, storeKey, mine, slow, new CompletableFuture<>(), call);
    Flight.Landing<V> second = slow.second();
    if (second.answers(call.began())) { // it has ended already
      end(late, second);
      return CompletableFuture.completedFuture(second)
          .thenApply(landing -> landing.toShared(settings.name()));
    }
    if (call.kind() == Call.Kind.MANY) {
      gather(late, call);
    } else {
      loadOne(late);
    }
    return late.answer();
  }

  private CompletableFuture<Read<V>> join(
      K key,
      String storeKey,
      Flight<V> slow,
      Flight<V> other,
      Call call,
      Supplier<CompletableFuture<Read<V>>> again) {
    CompletableFuture<Flight.Landing<V>> first = new CompletableFuture<>();
    other.landing().thenAccept(first::complete);
    slow.landing()
        .thenAccept(
            landing -> {
              if (landing.answers(call.began())) {
                first.complete(landing);
              }
            });
    return Timers.completeLate(first, Flight.Landing.without(Flight.End.LATE), maxWaitNanos)
        .thenComposeAsync(
            landing -> {
              if (landing.answers(call.began())) {
                return CompletableFuture.completedFuture(landing.toShared(settings.name()));
              }
              if (landing.end() == Flight.End.LATE) {
                running.remove(storeKey, other); // it is too slow as well
              }
              return slow.landing().isDone() ? again.get() : load(key, storeKey, slow, call, again);
            },
            call.executor());
  }

  @SuppressWarnings("unchecked") // a call is one of one cache
  private void gather(Late<K, V> late, Call call) {
    Gathering<K, V> gathering = (Gathering<K, V>) call.late(() -> new Gathering<>(this, call));
    gathering.add(late);
  }

  /** Those keys of one call that it waits for no longer: one load for all. */
  static final class Gathering<K, V> implements Call.Begun {
    private static final Duration A_MOMENT = Duration.ofMillis(5);

    private final LateLoads<K, V> loads;
    private final Call call;
    private final List<Late<K, V>> all = new ArrayList<>();

    Gathering(LateLoads<K, V> loads, Call call) {
      this.loads = loads;
      this.call = call;
    }

    /** The first begins the moment in which others may come. */
    private void add(Late<K, V> late) {
      boolean first;
      synchronized (all) {
        first = all.isEmpty();
        all.add(late);
      }
      if (first) {
        loads.timers.after(A_MOMENT, this::go);
      }
    }

    private void go() {
      try {
        call.executor()
            .execute(
                () -> {
                  call.lateAreTaken();
                  loads.loadAll(copy());
                });
      } catch (Throwable refused) { // whatever it is, a caller waits
        call.lateAreTaken();
        LoadRunner.NotRunException failure = new LoadRunner.NotRunException(refused);
        copy().forEach(late -> loads.fail(late, failure, System.nanoTime()));
      }
    }

    /** Their caller has gone: callers that share their load look for themselves. */
    @Override
    public void abandon(@Nullable Throwable reason) {
      copy().forEach(late -> loads.end(late, Flight.Landing.without(Flight.End.ABANDONED)));
    }

    private List<Late<K, V>> copy() {
      synchronized (all) {
        return List.copyOf(all);
      }
    }
  }

  /** Loads for one caller, which does not share it. */
  CompletableFuture<Read<V>> loadAlone(K key, String storeKey, Call call) {
    Late<K, V> late =
        new Late<>(key, storeKey, new Flight<>(), new Flight<>(), new CompletableFuture<>(), call);
    loadOne(late);
    return late.answer();
  }

  private void loadOne(Late<K, V> late) {
    List<Late<K, V>> one = List.of(late);
    LoadStart start = start(one);
    runner.start(
        late.call()
            .inContext(
                () -> {
                  try {
                    land(late, load(late, start), start.asOf());
                  } catch (Throwable failure) { // whatever it is, a caller waits
                    fail(late, failure, start.asOf());
                  }
                }),
        () -> {},
        reason -> fail(late, reason, start.asOf()));
  }

  private @Nullable Object load(Late<K, V> late, LoadStart start) throws Exception {
    return origins.load(late.call(), late.key(), null, start);
  }

  private void loadAll(List<Late<K, V>> all) {
    LoadStart start = start(all);
    runner.start(
        all.get(0).call().inContext(() -> loadAll(all, start)),
        () -> {},
        reason -> all.forEach(late -> fail(late, reason, start.asOf())));
  }

  private void loadAll(List<Late<K, V>> all, LoadStart start) {
    List<K> keys = all.stream().map(Late::key).toList();
    BulkLoad<K> load = BulkLoad.run(origins, all.get(0).call(), keys, start);
    for (Late<K, V> late : all) {
      load.land(
          late.key(),
          found -> land(late, found, start.asOf()),
          failure -> fail(late, failure, start.asOf()));
    }
  }

  private LoadStart start(List<Late<K, V>> all) {
    List<LoadScope> outer = new ArrayList<>(0);
    for (Late<K, V> late : all) {
      LoadScope within = late.call().within();
      if (within != null && !outer.contains(within)) {
        outer.add(within);
      }
    }
    return new LoadStart(
        wait -> all.forEach(late -> late.flight().waits(wait)),
        new LoadScope(settings, all.stream().map(Late::storeKey).toList(), outer));
  }

  private void land(Late<K, V> late, @Nullable Object answer, long asOf) {
    Loaded<V> loaded = origins.loaded(late.call(), answer);
    V value = loaded == null ? null : loaded.value();
    end(late, Flight.Landing.of(value, Outcome.BYPASSED, asOf));
    late.answer().complete(new Read<>(value, Outcome.BYPASSED));
  }

  private void fail(Late<K, V> late, Throwable failure, long asOf) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      end(late, Flight.Landing.without(Flight.End.ABANDONED)); // only its own caller was meant
    } else {
      end(late, Flight.Landing.failed(failure, asOf));
    }
    late.answer().completeExceptionally(LoadRunner.failure(settings.name(), failure));
  }

  private void end(Late<K, V> late, Flight.Landing<V> landing) {
    if (landing.end() == Flight.End.ARRIVED) {
      late.slow().second(landing);
    }
    running.remove(late.storeKey(), late.flight());
    late.flight().land(landing);
  }
}
