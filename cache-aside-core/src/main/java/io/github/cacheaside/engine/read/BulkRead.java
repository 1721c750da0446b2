package io.github.cacheaside.engine.read;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.CacheLoadException;
import io.github.cacheaside.LoadExceptions;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.Reads;
import io.github.cacheaside.Warmed;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.base.Interrupts;
import io.github.cacheaside.engine.base.LoadFailures;
import io.github.cacheaside.engine.entry.Generations;
import io.github.cacheaside.engine.guard.CallerThread;
import io.github.cacheaside.engine.guard.Windows;
import io.github.cacheaside.engine.load.Attempt;
import io.github.cacheaside.engine.load.BulkLoad;
import io.github.cacheaside.engine.load.Call;
import io.github.cacheaside.engine.load.Flight;
import io.github.cacheaside.engine.load.LoadStart;
import io.github.cacheaside.spi.Lookup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads many keys: one pipelined lookup, one pipelined request for leases, one bulk load of all
 * that this call may load, one pipelined fill. It first lands every flight that it leads and only
 * then waits for those of others, so two bulk reads can't wait for each other. What happens to one
 * key does not happen to the others.
 *
 * <p>Very many keys are read in parts, one after the other: each goes the whole way before the next
 * is looked up, so no lease grows old before its load begins, and what a part needs is let go after
 * it. Within a part the store is asked and filled in {@linkplain Windows windows}.
 */
public final class BulkRead<K, V> {
  /** How many keys are loaded together at most. */
  private static final int PART = 2_000;

  private static final Warmed HIT = new Warmed(1, 1, 0, 0, 0, null);
  private static final Warmed LOADED = new Warmed(1, 0, 1, 0, 0, null);
  private static final Warmed ABSENT = new Warmed(1, 0, 0, 1, 0, null);

  private final ReadParts<K, V> parts;
  private final Call call;

  /** The keys, each once, in their order. */
  private final Map<K, Asked<K, V>> all;

  private final List<CompletableFuture<Read<V>>> awaited = new ArrayList<>(0);
  private final AtomicBoolean counted = new AtomicBoolean();
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

    /** The answer; null if there is none. */
    @Nullable Read<V> answerIfAny() {
      CompletableFuture<Read<V>> future = awaited;
      boolean failed = future == null || !future.isDone() || future.isCompletedExceptionally();
      return found != null ? found : failed ? null : answer();
    }

    /** The answer, once it is there; throws what it failed with. */
    Read<V> answer() {
      return found != null ? found : Objects.requireNonNull(awaited, "awaited").join();
    }
  }

  /**
   * Notes the keys.
   *
   * @throws IllegalArgumentException if a key has no text
   */
  public BulkRead(ReadParts<K, V> parts, Call call, Collection<? extends K> keys) {
    this.parts = parts;
    this.call = call;
    this.all = new LinkedHashMap<>(2 * keys.size());
    for (K key : keys) {
      all.putIfAbsent(key, new Asked<>(key, parts.settings().storeKey(key)));
    }
  }

  /** What the database has; fails if any key does. */
  public CompletableFuture<Map<K, V>> values() {
    return answer().whenComplete((done, failure) -> count()).thenApply(done -> collectValues());
  }

  /** The answers, and the failures of keys that could not be loaded. */
  public CompletableFuture<Reads<K, V>> reads() {
    return answer().whenComplete((done, failure) -> count()).thenApply(done -> collectReads());
  }

  /** Counts each key, however its read has ended; once. */
  public void count() {
    if (counted.compareAndSet(false, true)) {
      List<Read<V>> answered = new ArrayList<>(all.size());
      for (Asked<K, V> asked : all.values()) {
        Read<V> read = asked.answerIfAny();
        if (read != null) {
          answered.add(read);
        }
      }
      parts.events().count(answered);
      parts.events().failed(all.size() - answered.size());
    }
  }

  /** What became of the keys, when the store has answered every fill. */
  CompletableFuture<Warmed> warm() {
    return answer().thenCompose(done -> filled(all.values())).thenApply(done -> collectWarmed());
  }

  /** Completes when every key has its answer or its failure. */
  private CompletableFuture<Void> answer() {
    List<Asked<K, V>> looked = unanswered();
    if (looked.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    if (looked.size() <= PART) {
      return answer(looked);
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    answerFrom(looked, 0, end);
    return end;
  }

  /** Part by part; goes on here as long as that needs no wait: a chain would grow with the keys. */
  private void answerFrom(List<Asked<K, V>> looked, int start, CompletableFuture<Void> end) {
    int from = start;
    while (from < looked.size()) {
      List<Asked<K, V>> part = looked.subList(from, Math.min(looked.size(), from + PART));
      from += part.size();
      CompletableFuture<Void> step = answer(part).thenCompose(done -> filled(part));
      if (!step.isDone() || step.isCompletedExceptionally()) {
        int next = from;
        step.thenRunAsync(
                () -> {
                  settle(part);
                  answerFrom(looked, next, end);
                },
                call.executor())
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    call.abandonIf(failure);
                    end.completeExceptionally(cause(failure));
                  }
                });
        return;
      }
      settle(part);
    }
    end.complete(null);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** The store has taken or refused what was loaded: the next part must not come on top of it. */
  private CompletableFuture<Void> filled(Collection<Asked<K, V>> part) {
    return CompletableFuture.allOf(
            part.stream()
                .map(asked -> asked.led == null ? null : asked.led.filling())
                .filter(Objects::nonNull)
                .toArray(CompletableFuture<?>[]::new))
        .exceptionally(failure -> null);
  }

  /** Lets go of all but the answers. */
  private void settle(List<Asked<K, V>> part) {
    for (Asked<K, V> asked : part) {
      CompletableFuture<Read<V>> answer = asked.awaited;
      if (answer != null && !answer.isCompletedExceptionally()) {
        asked.found = answer.join();
        asked.awaited = null;
      }
      if (!warming()) { // which wants to know whether it was cached
        asked.led = null;
      }
    }
    awaited.clear();
    call.settled();
  }

  private CompletableFuture<Void> answer(List<Asked<K, V>> looked) {
    for (Asked<K, V> asked : looked) {
      asked.beforeLookup = parts.store().beforeLookup(asked.storeKey);
    }
    Generations<K, V>.Lookups lookups = parts.store().lookups();
    return lookAll(
            looked,
            window -> lookAll(lookups, window),
            found -> {
              answer(looked, found);
              return lease();
            })
        .thenCompose(leased -> loadThenWait())
        .whenComplete((done, failure) -> call.abandonIf(failure));
  }

  /** Looks keys up and goes on; a call that blocks anyway waits here, which costs less. */
  private CompletableFuture<Void> lookAll(
      List<Asked<K, V>> looked,
      Function<List<Asked<K, V>>, List<CompletionStage<Lookup>>> lookups,
      Function<List<Lookup>, CompletableFuture<Void>> next) {
    if (!(call.executor() instanceof CallerThread)) {
      return parts.guard().lookAll(looked, lookups).thenComposeAsync(next, call.executor());
    }
    List<Lookup> found;
    try {
      found = parts.guard().awaitAll(looked, lookups);
    } catch (InterruptedException e) {
      throw Interrupts.told(parts.settings().name(), e);
    }
    return CompletableFuture.completedFuture(found).thenCompose(next);
  }

  private List<CompletionStage<Lookup>> lookAll(
      Generations<K, V>.Lookups lookups, List<Asked<K, V>> window) {
    List<K> keys = new ArrayList<>(window.size());
    List<String> storeKeys = new ArrayList<>(window.size());
    for (Asked<K, V> asked : window) {
      keys.add(asked.key);
      storeKeys.add(asked.storeKey);
    }
    return lookups.lookupAll(keys, storeKeys);
  }

  /** Answers what is near; the others have to be looked up. */
  private List<Asked<K, V>> unanswered() {
    if (!parts.store().hasNear() || warming()) { // it is the store that is to be warmed
      return new ArrayList<>(all.values());
    }
    List<Asked<K, V>> looked = new ArrayList<>(all.size());
    for (Asked<K, V> asked : all.values()) {
      asked.found = parts.store().near(asked.key);
      if (asked.found == null) {
        looked.add(asked);
      }
    }
    return looked;
  }

  private boolean warming() {
    return call.kind() == Call.Kind.WARMING;
  }

  private void answer(List<Asked<K, V>> looked, List<Lookup> found) {
    try (Serializer.Batch<V> batch = parts.store().batch()) {
      for (int i = 0; i < looked.size(); i++) {
        answer(looked.get(i), found.get(i), batch);
      }
    }
  }

  private void answer(Asked<K, V> asked, Lookup looked, Serializer.Batch<V> batch) {
    String storeKey = asked.storeKey;
    Lookup found = parts.refresher().judge(asked.key, storeKey, looked, call.origin());
    asked.found = parts.store().hit(storeKey, found, batch);
    if (asked.found != null) {
      if (!warming()) {
        parts.store().keep(asked.key, found, asked.found, asked.beforeLookup);
      }
      return;
    }
    Flight<V> mine = new Flight<>();
    Flight<V> running = parts.misses().enter(storeKey, mine, call);
    if (running != null) {
      await(asked, parts.misses().staleOrJoin(asked.key, storeKey, found, running, call));
      return;
    }
    await(asked, parts.misses().landed(mine));
    Attempt<K, V> attempt = new Attempt<>(parts.load(), asked.key, storeKey, mine, call);
    asked.led = attempt;
    plan(attempt, attempt.seen(parts.store().readable(storeKey, found)));
  }

  private void await(Asked<K, V> asked, CompletableFuture<Read<V>> answer) {
    asked.awaited = answer;
    awaited.add(answer);
  }

  private void plan(Attempt<K, V> attempt, Attempt.Next next) {
    todo.computeIfAbsent(next, any -> new ArrayList<>()).add(attempt);
  }

  private List<Attempt<K, V>> take(Attempt.Next next) {
    List<Attempt<K, V>> taken = todo.remove(next);
    return taken == null ? List.of() : taken;
  }

  /** Completes where the steps of the call run. */
  private CompletableFuture<Void> lease() {
    List<Attempt<K, V>> asking = take(Attempt.Next.LEASE);
    if (asking.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return parts
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
    return CompletableFuture.allOf(awaited.toArray(CompletableFuture<?>[]::new))
        .exceptionally(failure -> null); // each key has its own
  }

  private void load(List<Attempt<K, V>> attempts) {
    LoadStart start = LoadStart.of(parts.settings(), attempts);
    List<K> keys = attempts.stream().map(Attempt::key).toList();
    parts
        .load()
        .runner()
        .start(
            call.inContext(
                () -> BulkLoad.run(parts.load().origins(), call, keys, start).landAll(attempts)),
            () -> attempts.forEach(Attempt::doWithout),
            late -> attempts.forEach(attempt -> attempt.doWithout(late, start.asOf())));
  }

  /** Each key's entry in the map becomes its value: no second map is built. */
  @SuppressWarnings("unchecked")
  private Map<K, V> collectValues() {
    int count = all.size();
    Map<K, CacheLoadException> failures = new LinkedHashMap<>();
    Map<K, Object> values = (Map<K, Object>) (Map<K, ?>) all;
    for (Iterator<Map.Entry<K, Object>> rest = values.entrySet().iterator(); rest.hasNext(); ) {
      Map.Entry<K, Object> entry = rest.next();
      Read<V> read = read((Asked<K, V>) entry.getValue(), failures);
      if (read == null || read.value() == null) {
        rest.remove();
      } else {
        entry.setValue(read.value());
      }
    }
    if (!failures.isEmpty()) {
      throw LoadFailures.of(exceptions(), parts.settings().name(), count, failures.values());
    }
    return (Map<K, V>) (Map<K, ?>) values;
  }

  private LoadExceptions exceptions() {
    return parts.settings().loadExceptions();
  }

  private Reads<K, V> collectReads() {
    Map<K, Read<V>> reads = new LinkedHashMap<>(2 * all.size());
    Map<K, CacheLoadException> failures = new LinkedHashMap<>();
    for (Asked<K, V> asked : all.values()) {
      Read<V> read = read(asked, failures);
      if (read != null) {
        reads.put(asked.key, read);
      }
    }
    Map<K, RuntimeException> told = new LinkedHashMap<>(2 * failures.size());
    failures.forEach((key, failure) -> told.put(key, LoadFailures.of(exceptions(), failure)));
    return new Reads<>(parts.settings().name(), reads, told);
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
    for (Asked<K, V> asked : all.values()) {
      sum = sum.plus(warmed(asked));
    }
    return sum;
  }

  private Warmed warmed(Asked<K, V> asked) {
    try {
      Read<V> read = asked.answer();
      if (read.value() == null) {
        return ABSENT;
      }
      if (read.outcome() != Outcome.LOADED && read.outcome() != Outcome.BYPASSED) {
        return HIT;
      }
      if (asked.led == null && read.outcome() == Outcome.LOADED) {
        return LOADED; // by a second flight, since the one that was joined began too early
      }
      CompletableFuture<Boolean> filling = asked.led == null ? null : asked.led.filling();
      return filling != null && filling.join() ? LOADED : failed(uncached(null));
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      return failed(
          cause instanceof CacheException failure ? failure : uncached(cause == null ? e : cause));
    }
  }

  private static Warmed failed(Throwable failure) {
    return new Warmed(1, 0, 0, 0, 1, failure);
  }

  private CacheException uncached(@Nullable Throwable cause) {
    return new CacheException(
        "a value of " + parts.settings().name() + " was loaded and not cached", cause);
  }
}
