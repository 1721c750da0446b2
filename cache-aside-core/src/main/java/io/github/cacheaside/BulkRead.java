package io.github.cacheaside;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads many keys: one pipelined lookup, one pipelined request for leases, one bulk load of all
 * that this call may load, one pipelined fill. It first lands every flight that it leads and only
 * then waits for those of others, so two bulk reads can't wait for each other. What happens to one
 * key does not happen to the others.
 */
final class BulkRead<K, V> {
  private final Engine<K, V> engine;
  private final Call call;
  private final Map<K, CompletableFuture<Read<V>>> answers = new LinkedHashMap<>();
  private final Map<K, Attempt<K, V>> led = new LinkedHashMap<>();
  private final Map<Attempt.Next, List<Attempt<K, V>>> todo = new EnumMap<>(Attempt.Next.class);

  BulkRead(Engine<K, V> engine, Call call) {
    this.engine = engine;
    this.call = call;
  }

  /** What the database has; fails if any key does. */
  CompletableFuture<Map<K, V>> values(Collection<? extends K> keys) {
    return answer(keys).thenApply(done -> collectValues());
  }

  /** The answers, and the failures of keys that could not be loaded. */
  CompletableFuture<Reads<K, V>> reads(Collection<? extends K> keys) {
    return answer(keys).thenApply(done -> collectReads());
  }

  /** What became of the keys, when the store has answered every fill. */
  CompletableFuture<Warmed> warm(Collection<? extends K> keys) {
    return answer(keys)
        .thenCompose(
            done ->
                CompletableFuture.allOf(
                        led.values().stream()
                            .map(Attempt::filling)
                            .filter(Objects::nonNull)
                            .toArray(CompletableFuture<?>[]::new))
                    .exceptionally(failure -> null))
        .thenApply(done -> collectWarmed());
  }

  /** Completes when every key has its answer or its failure. */
  private CompletableFuture<Void> answer(Collection<? extends K> keys) {
    Map<String, K> wanted = new LinkedHashMap<>();
    for (K key : keys) {
      wanted.putIfAbsent(engine.settings().storeKey(key), key);
    }
    takeNear(wanted);
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<String> storeKeys = List.copyOf(wanted.keySet());
    long[] beforeLookup = storeKeys.stream().mapToLong(engine::beforeLookup).toArray();
    Generations<K, V>.Lookups lookups = engine.generations().new Lookups();
    return engine
        .guard()
        .lookAll(storeKeys.size(), () -> lookups.lookupAll(wanted.values(), storeKeys))
        .thenComposeAsync(
            found -> {
              for (int i = 0; i < storeKeys.size(); i++) {
                String storeKey = storeKeys.get(i);
                answer(at(wanted, storeKey), storeKey, found.get(i), beforeLookup[i]);
              }
              return lease();
            },
            call.executor())
        .thenComposeAsync(leased -> loadThenWait(), call.executor())
        .whenComplete((done, failure) -> call.abandonIf(failure));
  }

  private void takeNear(Map<String, K> wanted) {
    for (K key : wanted.values()) {
      answers.put(key, CompletableFuture.completedFuture(null)); // holds the place in the order
    }
    if (warming()) {
      return; // it is the store that is to be warmed
    }
    wanted
        .values()
        .removeIf(
            key -> {
              Read<V> near = engine.near(key);
              if (near != null) {
                answers.put(key, CompletableFuture.completedFuture(near));
              }
              return near != null;
            });
  }

  private boolean warming() {
    return call.kind() == Call.Kind.WARMING;
  }

  private static <K> K at(Map<String, K> wanted, String storeKey) {
    return Objects.requireNonNull(wanted.get(storeKey));
  }

  private void answer(K key, String storeKey, Lookup found, long beforeLookup) {
    Read<V> hit = engine.hit(storeKey, found);
    if (hit != null) {
      if (!warming()) {
        engine.keep(key, hit, beforeLookup);
      }
      answers.put(key, CompletableFuture.completedFuture(hit));
      return;
    }
    Flight<V> mine = new Flight<>();
    Flight<V> running = engine.flights().enter(storeKey, mine);
    if (running != null) {
      answers.put(key, engine.staleOrJoin(key, storeKey, found, running, call));
      return;
    }
    answers.put(key, engine.landed(mine));
    Attempt<K, V> attempt = new Attempt<>(engine, key, storeKey, mine, call);
    led.put(key, attempt);
    plan(attempt, attempt.seen(engine.readable(storeKey, found)));
  }

  private void plan(Attempt<K, V> attempt, Attempt.Next next) {
    todo.computeIfAbsent(next, any -> new ArrayList<>()).add(attempt);
  }

  private List<Attempt<K, V>> take(Attempt.Next next) {
    List<Attempt<K, V>> taken = todo.remove(next);
    return taken == null ? List.of() : taken;
  }

  private CompletableFuture<Void> lease() {
    List<Attempt<K, V>> asking = take(Attempt.Next.LEASE);
    if (asking.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return engine
        .guard()
        .leaseAll(asking, Attempt::askLease)
        .thenAcceptAsync(
            found -> {
              for (int i = 0; i < asking.size(); i++) {
                plan(asking.get(i), asking.get(i).leased(found.get(i)));
              }
            },
            call.executor());
  }

  private CompletableFuture<Void> loadThenWait() {
    List<Attempt<K, V>> loading = new ArrayList<>(take(Attempt.Next.LOAD));
    for (Attempt.Next next : List.of(Attempt.Next.LEASE, Attempt.Next.LOOK, Attempt.Next.WAIT)) {
      take(next).forEach(attempt -> attempt.proceed(next));
    }
    loading.removeIf(Attempt::givesUp);
    if (!loading.isEmpty()) {
      load(loading);
    }
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
        .exceptionally(failure -> null); // each key has its own
  }

  private void load(List<Attempt<K, V>> attempts) {
    Reading reading = new Reading();
    engine
        .loads()
        .start(
            () -> attempts.forEach(BulkLoad.run(engine, attempts, reading)::land),
            () -> attempts.forEach(Attempt::doWithout),
            late -> attempts.forEach(attempt -> attempt.doWithout(late, reading.asOf())));
  }

  private Map<K, V> collectValues() {
    Map<K, V> values = new LinkedHashMap<>();
    Map<K, CacheLoadException> failures = new LinkedHashMap<>();
    answers.forEach(
        (key, answer) -> {
          Read<V> read = read(key, answer, failures);
          V value = read == null ? null : read.value();
          if (value != null) {
            values.put(key, value);
          }
        });
    if (!failures.isEmpty()) {
      throw CacheLoadException.of(engine.settings().name(), answers.size(), failures.values());
    }
    return values;
  }

  private Reads<K, V> collectReads() {
    Map<K, Read<V>> reads = new LinkedHashMap<>();
    Map<K, CacheLoadException> failures = new LinkedHashMap<>();
    answers.forEach(
        (key, answer) -> {
          Read<V> read = read(key, answer, failures);
          if (read != null) {
            reads.put(key, read);
          }
        });
    return new Reads<>(engine.settings().name(), reads, failures);
  }

  /** The answer; null, and among the failures, if its load failed. */
  private @Nullable Read<V> read(
      K key, CompletableFuture<Read<V>> answer, Map<K, CacheLoadException> failures) {
    try {
      return engine.counted(answer.join());
    } catch (CompletionException e) {
      if (e.getCause() instanceof CacheLoadException failure) {
        failures.put(key, failure);
        return null;
      }
      throw e;
    }
  }

  private Warmed collectWarmed() {
    Warmed sum = Warmed.NOTHING;
    for (Map.Entry<K, CompletableFuture<Read<V>>> answer : answers.entrySet()) {
      sum = sum.plus(warmed(answer.getValue(), led.get(answer.getKey())));
    }
    return sum;
  }

  private Warmed warmed(CompletableFuture<Read<V>> answer, @Nullable Attempt<K, V> attempt) {
    try {
      Read<V> read = answer.join();
      if (read.value() == null) {
        return Warmed.ABSENT;
      }
      if (read.outcome() != Outcome.LOADED && read.outcome() != Outcome.BYPASSED) {
        return Warmed.HIT;
      }
      CompletableFuture<Boolean> filling = attempt == null ? null : attempt.filling();
      return filling != null && filling.join() ? Warmed.LOADED : Warmed.failed(uncached(null));
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      return Warmed.failed(
          cause instanceof CacheException failure ? failure : uncached(cause == null ? e : cause));
    }
  }

  private CacheException uncached(@Nullable Throwable cause) {
    return new CacheException(
        "a value of " + engine.settings().name() + " was loaded and not cached", cause);
  }
}
