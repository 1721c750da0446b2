package io.github.cacheaside;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.Assembly;
import io.github.cacheaside.engine.DefaultAsyncCacheAside;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.load.Flights;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Readers and writers of one row, each in the JVM (an engine of its own, over the same store) that
 * the cast gives it, in one schedule.
 */
class Play {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Serializer<Integer> JSON = Serializer.json(Integer.class);

  /** How it begins. */
  enum Beginning {
    NOTHING_CACHED,
    OLD_VALUE_CACHED,
    /** The old value is cached, and the first hit has it loaded anew in the background. */
    OLD_VALUE_DUE,
    /** The old value is cached, and past its soft expiry. */
    OLD_VALUE_STALE,
    /** Nothing is cached, and the first lease that the first reader's JVM asks for is lost. */
    LEASE_LOST
  }

  /**
   * Who is in which JVM, a letter each, and how it begins.
   *
   * @param readers those who read; with a small letter by a ticket
   * @param fencing those who fence their writes
   * @param invalidating those who commit and then invalidate
   * @param fine whether whatever an engine does on its executor is a step, and leases and intents
   *     are renewed
   */
  record Cast(String readers, String fencing, String invalidating, Beginning from, boolean fine) {}

  /** A read, and which version had been promised when it began. */
  private record Reading(String who, int promised, CompletableFuture<Read<Integer>> end) {}

  private final String key = UUID.randomUUID().toString();
  private final String storeKey = "play:" + key;
  private final Cast cast;
  private final CacheStore store;
  private final Supplier<Flights<Integer>> flights;
  private final Stage stage;
  private final AtomicInteger changes = new AtomicInteger();
  private final List<Jvm> jvms = new ArrayList<>();
  private final TreeMap<String, AsyncCacheAside<String, Integer>> caches = new TreeMap<>();
  private final List<Reading> readings = new ArrayList<>();
  private int row = 1;
  private int loads;
  private int promised;
  private int returned;

  Play(Cast cast, CacheStore store) {
    this(cast, store, Flights::new);
  }

  Play(Cast cast, CacheStore store, Supplier<Flights<Integer>> flights) {
    this.cast = cast;
    this.store = store;
    this.flights = flights;
    this.stage = new Stage(cast.fine());
  }

  /** Plays, and tells what went wrong; nothing if all is well. */
  List<String> perform(IntUnaryOperator chooser) {
    if (cast.from() != Beginning.NOTHING_CACHED && cast.from() != Beginning.LEASE_LOST) {
      StoredValue value = StoredValue.of("1".getBytes(StandardCharsets.US_ASCII));
      StoredValue old = growsOld() ? value.timed(StoredValue.Timing.of(0, 0)) : value;
      store.put(storeKey, old, LONG).toCompletableFuture().join();
      awaitAge();
    }
    letters(cast.readers()).forEach(jvm -> markRead(jvm, jvm));
    letters(cast.fencing()).forEach(this::markFenced);
    letters(cast.invalidating()).forEach(this::markInvalidating);
    stage.pass(chooser);
    List<String> wrong = judge();
    if (row == 1 && loads > 1) {
      wrong.add(loads + " loads");
    }
    readings.clear();
    promised = row;
    jvms.forEach(jvm -> jvm.losesReply(false));
    caches.keySet().forEach(jvm -> markRead(jvm, "afterwards " + jvm));
    stage.pass(count -> 0);
    wrong.addAll(judge());
    if (!(store.lookup(storeKey).toCompletableFuture().join() instanceof Lookup.Hit)) {
      wrong.add("nothing is cached");
    }
    return wrong.stream().map(what -> what + ": " + stage.passed()).toList();
  }

  /** What readers take for the time of the store may be a moment behind it. */
  private void awaitAge() {
    Lookup found = store.lookup(storeKey).toCompletableFuture().join();
    StoredValue.Timing timing = found instanceof Lookup.Hit hit ? hit.value().timing() : null;
    while (timing != null && store.millis() < timing.freshUntil()) {
      Thread.onSpinWait();
    }
  }

  private boolean growsOld() {
    return cast.from() == Beginning.OLD_VALUE_DUE || cast.from() == Beginning.OLD_VALUE_STALE;
  }

  private static Stream<String> letters(String jvms) {
    return jvms.chars().mapToObj(Character::toString);
  }

  private AsyncCacheAside<String, Integer> cache(String jvm) {
    return caches.computeIfAbsent(jvm, this::build);
  }

  private AsyncCacheAside<String, Integer> build(String name) {
    Jvm jvm = new Jvm(name, store, storeKey, stage, changes);
    if (cast.fine()) {
      jvm.renews(1);
    }
    jvm.losesReply(
        cast.from() == Beginning.LEASE_LOST
            && cast.readers().toUpperCase(Locale.ROOT).startsWith(name));
    jvms.add(jvm);
    CacheAsideBuilder<Object, Integer> builder =
        CacheAside.builder(jvm.store(), "play", JSON)
            .storeTimeout(LONG)
            .maxWait(LONG)
            .leaseTime(LONG)
            .fenceTime(LONG)
            .executor(jvm.executor())
            .contextPropagation(() -> task -> task); // so that each step is handed over by itself
    if (growsOld()) {
      Expiry soft = Expiry.soft(LONG.dividedBy(2));
      builder.expiry(cast.from() == Beginning.OLD_VALUE_DUE ? Expiry.hard().eager(0.5) : soft);
    }
    Settings<String, Integer> settings = builder.settings(id -> load(name));
    return new DefaultAsyncCacheAside<>(this, new Assembly<>(settings, flights.get(), jvm));
  }

  private Integer load(String jvm) {
    loads++;
    stage.stop(jvm + " reads the row");
    int read = row;
    stage.stop(jvm + " returns from loading");
    return read;
  }

  private void markRead(String jvm, String who) {
    AsyncCacheAside<String, Integer> cache = cache(jvm.toUpperCase(Locale.ROOT));
    boolean byTicket = Character.isLowerCase(jvm.charAt(0));
    stage.mark(
        who + " begins to read",
        () -> {
          CompletableFuture<Read<Integer>> read =
              byTicket ? readByTicket(cache, who) : cache.read(key);
          readings.add(new Reading(who, promised, read));
          if (!stage.isFine()) {
            stage.passLast();
          }
        });
  }

  private CompletableFuture<Read<Integer>> readByTicket(
      AsyncCacheAside<String, Integer> cache, String who) {
    CompletableFuture<Read<Integer>> end = new CompletableFuture<>();
    cache
        .ticket(key)
        .thenAccept(
            ticket -> {
              if (ticket.found() instanceof Look.Hit<Integer> hit) {
                end.complete(new Read<>(hit.value(), hit.outcome()));
              } else {
                stage.mark(who + " reads the row", () -> markFill(ticket, who, end));
              }
            });
    return end;
  }

  private void markFill(Ticket<Integer> ticket, String who, CompletableFuture<Read<Integer>> end) {
    loads++;
    int read = row;
    stage.mark(
        who + " fills by its ticket",
        () -> {
          ticket.fillAsync(read);
          end.complete(new Read<>(read, Outcome.LOADED));
        });
  }

  private void markFenced(String jvm) {
    cache(jvm)
        .write(List.of(key), () -> commit(jvm).thenApply(version -> promised = version))
        .thenRun(() -> returned++);
  }

  /** A mutant may invalidate at another time. */
  void markInvalidating(String jvm) {
    commit(jvm)
        .thenAccept(
            version ->
                stage.mark(
                    jvm + " invalidates", () -> invalidate(jvm).thenRun(() -> returns(version))));
  }

  final CompletableFuture<Void> invalidate(String jvm) {
    return cache(jvm).invalidate(key);
  }

  final void returns(int version) {
    promised = Math.max(promised, version);
    returned++;
  }

  /** A step; answers the version that it committed. */
  final CompletableFuture<Integer> commit(String jvm) {
    CompletableFuture<Integer> version = new CompletableFuture<>();
    stage.mark(jvm + " commits", () -> version.complete(++row));
    return version;
  }

  private List<String> judge() {
    List<String> wrong = new ArrayList<>();
    for (Reading reading : readings) {
      if (!reading.end().isDone()) {
        wrong.add(reading.who() + " got no answer");
      } else if (Objects.requireNonNull(reading.end().join().value()) < reading.promised()) {
        wrong.add(reading.who() + " got an old value");
      }
    }
    if (returned != cast.fencing().length() + cast.invalidating().length()) {
      wrong.add("a write did not return");
    }
    return wrong;
  }
}
