package io.github.cacheaside;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
  private final List<Asked<K, V>> all = new ArrayList<>();
  private final Map<Attempt.Next, List<Attempt<K, V>>> todo = new EnumMap<>(Attempt.Next.class);

  /** A key of the read, and what becomes of it. */
  private static final class Asked<K, V> {
    final K key;
    final String storeKey;
    long beforeLookup;

    /** The answer, if it was found at once. */
    @Nullable Read<V> found;

    /** Becomes the answer, if it was not. */
    @Nullable CompletableFuture<Read<V>> awaited;

    /** What gets it, if this call does. */
    @Nullable Attempt<K, V> led;

    Asked(K key, String storeKey) {
      this.key = key;
      this.storeKey = storeKey;
    }

    /** The answer, once it is there; throws what it failed with. */
    Read<V> answer() {
      return found != null ? found : Objects.requireNonNull(awaited, "awaited").join();
    }
  }

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
                        all.stream()
                            .map(asked -> asked.led == null ? null : asked.led.filling())
                            .filter(Objects::nonNull)
                            .toArray(CompletableFuture<?>[]::new))
                    .exceptionally(failure -> null))
        .thenApply(done -> collectWarmed());
  }

  /** Completes when every key has its answer or its failure. */
  private CompletableFuture<Void> answer(Collection<? extends K> keys) {
    List<Asked<K, V>> looked = ask(keys);
    if (looked.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<K> keysLooked = new ArrayList<>(looked.size());
    List<String> storeKeys = new ArrayList<>(looked.size());
    for (Asked<K, V> asked : looked) {
      keysLooked.add(asked.key);
      storeKeys.add(asked.storeKey);
      asked.beforeLookup = engine.beforeLookup(asked.storeKey);
    }
    Generations<K, V>.Lookups lookups = engine.generations().new Lookups();
    return call.lookAll(engine, looked.size(), () -> lookups.lookupAll(keysLooked, storeKeys))
        .thenComposeAsync(
            found -> {
              for (int i = 0; i < looked.size(); i++) {
                answer(looked.get(i), found.get(i));
              }
              return lease();
            },
            call.executor())
        .thenComposeAsync(leased -> loadThenWait(), call.executor())
        .whenComplete((done, failure) -> call.abandonIf(failure));
  }

  /** Notes each key once, in their order; answers those that have to be looked up. */
  private List<Asked<K, V>> ask(Collection<? extends K> keys) {
    boolean near = engine.hasNear() && !warming(); // it is the store that is to be warmed
    Set<K> seen = new HashSet<>(2 * keys.size());
    List<Asked<K, V>> looked = new ArrayList<>(keys.size());
    for (K key : keys) {
      if (seen.add(key)) {
        Asked<K, V> asked = new Asked<>(key, engine.settings().storeKey(key));
        all.add(asked);
        asked.found = near ? engine.near(key) : null;
        if (asked.found == null) {
          looked.add(asked);
        }
      }
    }
    return looked;
  }

  private boolean warming() {
    return call.kind() == Call.Kind.WARMING;
  }

  private void answer(Asked<K, V> asked, Lookup looked) {
    String storeKey = asked.storeKey;
    Lookup found = engine.judged(asked.key, storeKey, looked);
    asked.found = engine.hit(storeKey, found);
    if (asked.found != null) {
      if (!warming()) {
        engine.keep(asked.key, found, asked.found, asked.beforeLookup);
      }
      return;
    }
    Flight<V> mine = new Flight<>();
    Flight<V> running = engine.flights().enter(storeKey, mine);
    if (running != null) {
      asked.awaited = engine.staleOrJoin(asked.key, storeKey, found, running, call);
      return;
    }
    asked.awaited = engine.landed(mine);
    Attempt<K, V> attempt = new Attempt<>(engine, asked.key, storeKey, mine, call);
    asked.led = attempt;
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
    return CompletableFuture.allOf(
            all.stream()
                .map(asked -> asked.awaited)
                .filter(Objects::nonNull)
                .toArray(CompletableFuture<?>[]::new))
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
    Map<K, V> values = new LinkedHashMap<>(2 * all.size());
    Map<K, CacheLoadException> failures = new LinkedHashMap<>();
    List<Read<V>> counted = new ArrayList<>(all.size());
    for (Asked<K, V> asked : all) {
      Read<V> read = read(asked, failures);
      if (read != null) {
        counted.add(read);
        if (read.value() != null) {
          values.put(asked.key, read.value());
        }
      }
    }
    engine.events().count(counted);
    if (!failures.isEmpty()) {
      throw CacheLoadException.of(engine.settings().name(), all.size(), failures.values());
    }
    return values;
  }

  private Reads<K, V> collectReads() {
    Map<K, Read<V>> reads = new LinkedHashMap<>(2 * all.size());
    Map<K, CacheLoadException> failures = new LinkedHashMap<>();
    for (Asked<K, V> asked : all) {
      Read<V> read = read(asked, failures);
      if (read != null) {
        reads.put(asked.key, read);
      }
    }
    engine.events().count(reads.values());
    return new Reads<>(engine.settings().name(), reads, failures);
  }

  /** The answer; null, and among the failures, if its load failed. */
  private @Nullable Read<V> read(Asked<K, V> asked, Map<K, CacheLoadException> failures) {
    try {
      return asked.answer();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CacheLoadException failure) {
        failures.put(asked.key, failure);
        return null;
      }
      throw e;
    }
  }

  private Warmed collectWarmed() {
    Warmed sum = Warmed.NOTHING;
    for (Asked<K, V> asked : all) {
      sum = sum.plus(warmed(asked));
    }
    return sum;
  }

  private Warmed warmed(Asked<K, V> asked) {
    try {
      Read<V> read = asked.answer();
      if (read.value() == null) {
        return Warmed.ABSENT;
      }
      if (read.outcome() != Outcome.LOADED && read.outcome() != Outcome.BYPASSED) {
        return Warmed.HIT;
      }
      if (asked.led == null && read.outcome() == Outcome.LOADED) {
        return Warmed.LOADED; // by a second flight, since the one that was joined began too early
      }
      CompletableFuture<Boolean> filling = asked.led == null ? null : asked.led.filling();
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
