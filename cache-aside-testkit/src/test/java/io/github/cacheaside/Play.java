package io.github.cacheaside;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntUnaryOperator;

/**
 * Two readers and one writer of one row, each in the JVM (an engine of its own, over the same
 * store) that the cast gives it, in one schedule.
 */
final class Play {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int OLD = 1;
  private static final int NEW = 2;

  /** Who is in which JVM, and how the writer writes. */
  record Cast(String readers, String writer, boolean fenced) {}

  /** How it begins. */
  enum Beginning {
    NOTHING_CACHED,
    OLD_VALUE_CACHED,
    /** Nothing is cached, and the first lease that the first reader's JVM asks for is lost. */
    LEASE_LOST
  }

  /** One JVM. */
  private record Jvm(CacheAside<String, Integer> cache, GatedStore store) {}

  /** A read, and what had been acknowledged and committed when it began. */
  private record Reading(
      String jvm, int acked, int committed, CompletableFuture<Read<Integer>> end) {}

  private final String key = UUID.randomUUID().toString();
  private final Cast cast;
  private final Beginning beginning;
  private final CacheStore store;
  private final Stage stage;
  private final GatedStore.Changes changes = new GatedStore.Changes();
  private final TreeMap<String, Jvm> jvms = new TreeMap<>();
  private final List<Reading> readings = new ArrayList<>();
  private int row = OLD;
  private int acked = OLD;

  Play(Cast cast, Beginning beginning, Stage.Grain grain, CacheStore store) {
    this.cast = cast;
    this.beginning = beginning;
    this.store = store;
    this.stage = new Stage(grain);
  }

  /** Plays, and tells what went wrong; nothing if all is well. */
  List<String> perform(IntUnaryOperator chooser) {
    if (beginning == Beginning.OLD_VALUE_CACHED) {
      CompletableFuture<Void> put = jvm(cast.writer()).cache().async().put(key, OLD);
      stage.pass(count -> 0);
      put.join();
    } else if (beginning == Beginning.LEASE_LOST) {
      jvm(cast.readers().substring(0, 1)).store().loseReply();
    }
    cast.readers().chars().mapToObj(Character::toString).forEach(name -> markRead(name, name));
    markWrite();
    stage.pass(chooser);
    List<String> wrong = judge();
    jvms.keySet().forEach(name -> markRead(name, "afterwards " + name));
    acked = row;
    readings.clear();
    stage.pass(count -> 0);
    wrong.addAll(judge());
    return wrong;
  }

  private Jvm jvm(String name) {
    return jvms.computeIfAbsent(
        name,
        made -> {
          GatedStore gated = new GatedStore(store, made, stage, changes);
          CacheAside<String, Integer> cache =
              CacheAside.builder(gated, "play", Serializer.json(Integer.class))
                  .storeTimeout(LONG)
                  .maxWait(LONG)
                  .lease(LONG)
                  .intent(LONG)
                  .executor(stage)
                  .build(id -> load(made));
          gated.idleIf(() -> flights(cache).size() == 0);
          return new Jvm(cache, gated);
        });
  }

  private Integer load(String jvm) {
    int read = row;
    stage.haveRead(jvm);
    return read;
  }

  /** No part of the interface tells whether a flight is running. */
  private static Flights<?> flights(CacheAside<?, ?> cache) {
    try {
      Field engine = cache.getClass().getDeclaredField("engine");
      engine.setAccessible(true);
      return ((Engine<?, ?>) Objects.requireNonNull(engine.get(cache))).flights();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the cache has no engine", e);
    }
  }

  private void markRead(String name, String who) {
    Jvm jvm = jvm(name);
    stage.mark(
        who + " begins to read",
        () -> {
          int committed = row;
          int acknowledged = acked;
          var end = jvm.store().starting(() -> jvm.cache().async().read(key));
          readings.add(new Reading(who, acknowledged, committed, end));
        });
  }

  private void markWrite() {
    AsyncCacheAside<String, Integer> cache = jvm(cast.writer()).cache().async();
    if (cast.fenced()) {
      stage.mark(
          "writer begins", () -> cache.write(List.of(key), this::markCommit).thenRun(this::ack));
    } else {
      stage.mark("writer commits", () -> commit(() -> cache.invalidate(key).thenRun(this::ack)));
    }
  }

  private void commit(Runnable then) {
    row = NEW;
    stage.mark("writer invalidates", then);
  }

  private CompletableFuture<Integer> markCommit() {
    CompletableFuture<Integer> committed = new CompletableFuture<>();
    stage.mark(
        "writer commits",
        () -> {
          row = NEW;
          committed.complete(row);
        });
    return committed;
  }

  private void ack() {
    acked = NEW;
  }

  private List<String> judge() {
    List<String> wrong = new ArrayList<>();
    for (Reading reading : readings) {
      int asked = cast.fenced() ? reading.committed() : reading.acked();
      if (!reading.end().isDone()) {
        wrong.add(reading.jvm() + " got no answer: " + stage.passed());
      } else if (Objects.requireNonNull(reading.end().join().value()) < asked) {
        wrong.add(reading.jvm() + " got an old value: " + stage.passed());
      }
    }
    if (acked != NEW) {
      wrong.add("the write did not return: " + stage.passed());
    }
    return wrong;
  }
}
