package io.github.cacheaside;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Reads many keys: one pipelined lookup, one pipelined request for leases, one bulk load of all
 * that this call may load. It first lands every flight that it leads and only then waits for those
 * of others, so two bulk reads can't wait for each other.
 */
final class BulkRead<K, V> {
  private final Engine<K, V> engine;
  private final Call call;
  private final Map<K, CompletableFuture<Read<V>>> answers = new LinkedHashMap<>();
  private final Map<Attempt.Next, List<Attempt<K, V>>> todo = new EnumMap<>(Attempt.Next.class);

  BulkRead(Engine<K, V> engine, Call call) {
    this.engine = engine;
    this.call = call;
  }

  CompletableFuture<Map<K, V>> read(Collection<? extends K> keys) {
    Map<String, K> wanted = new LinkedHashMap<>();
    for (K key : keys) {
      wanted.putIfAbsent(engine.settings().storeKey(key), key);
    }
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    takeNear(wanted);
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(collect());
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
        .thenComposeAsync(leased -> loadAndCollect(), call.executor())
        .whenComplete((values, failure) -> call.abandonIf(failure));
  }

  private void takeNear(Map<String, K> wanted) {
    for (K key : wanted.values()) {
      answers.put(key, CompletableFuture.completedFuture(null)); // holds the place in the order
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

  private static <K> K at(Map<String, K> wanted, String storeKey) {
    return java.util.Objects.requireNonNull(wanted.get(storeKey));
  }

  private void answer(K key, String storeKey, Lookup found, long beforeLookup) {
    Read<V> hit = engine.keep(key, engine.hit(storeKey, found), beforeLookup);
    if (hit != null) {
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

  private CompletableFuture<Map<K, V>> loadAndCollect() {
    List<Attempt<K, V>> loading = take(Attempt.Next.LOAD);
    for (Attempt.Next next : List.of(Attempt.Next.LEASE, Attempt.Next.LOOK, Attempt.Next.WAIT)) {
      take(next).forEach(attempt -> attempt.proceed(next));
    }
    if (!loading.isEmpty()) {
      load(loading);
    }
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(all -> collect());
  }

  private void load(List<Attempt<K, V>> attempts) {
    Reading reading = new Reading();
    engine
        .loads()
        .start(
            () -> load(attempts, reading),
            () -> attempts.forEach(Attempt::doWithout),
            late -> attempts.forEach(attempt -> attempt.doWithout(late, reading.asOf())));
  }

  private void load(List<Attempt<K, V>> attempts, Reading reading) {
    Map<K, V> loaded;
    try {
      loaded = engine.loadAll(attempts.stream().map(Attempt::key).toList(), reading);
    } catch (Throwable failure) { // whatever it is, those who wait must learn of it
      attempts.forEach(attempt -> attempt.failed(failure, reading.asOf()));
      return;
    }
    for (Attempt<K, V> attempt : attempts) {
      attempt.loaded(loaded.get(attempt.key()), reading.asOf());
    }
  }

  private Map<K, V> collect() {
    Map<K, V> values = new LinkedHashMap<>();
    answers.forEach(
        (key, answer) -> {
          V value = engine.counted(answer.join()).value();
          if (value != null) {
            values.put(key, value);
          }
        });
    return values;
  }
}
