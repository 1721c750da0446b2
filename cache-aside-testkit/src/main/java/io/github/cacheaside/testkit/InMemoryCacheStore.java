package io.github.cacheaside.testkit;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ChangeFeed;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CacheStore} in this JVM's memory, for tests that own their time: it keeps the whole
 * protocol of leases and intents, under a clock that the test may move.
 *
 * <p>Holds at most 100,000 entries; the one used longest ago goes first. Thread-safe. Answers at
 * once, on the calling thread, unless {@linkplain #failWith told to fail}.
 */
public final class InMemoryCacheStore implements CacheStore {
  private static final int MOST_ENTRIES = 100_000;
  private static final int MOST_INTENTS = 64;
  private static final Duration GENERATION_LIFE = Duration.ofDays(30);

  private sealed interface State {}

  private record Loading(LeaseToken token) implements State {}

  private record Tag(LeaseToken generation) implements State {}

  /** A value, the token of the load that may replace it, and when that lease ends. */
  private record Value(StoredValue value, @Nullable LeaseToken token, Instant until)
      implements State {}

  /** A stale copy, the token of the load that may replace it, and when that lease ends. */
  private record Stale(StoredValue value, @Nullable LeaseToken token, Instant until)
      implements State {}

  private record Writing(Map<LeaseToken, Instant> marks) implements State {}

  private record Subscription(String prefix, ChangeFeed.Listener listener) {}

  private record Held(State state, Instant expires) {}

  private final InstantSource clock;
  private final Map<String, Held> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Held> eldest) {
          return size() > MOST_ENTRIES;
        }
      };
  private final Map<String, CompletableFuture<Void>> waiters = new HashMap<>();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile @Nullable RuntimeException failure;

  /** A store under the system's clock. */
  public InMemoryCacheStore() {
    this(InstantSource.system());
  }

  /**
   * A store under a clock of the test's own.
   *
   * @param clock tells the time; entries expire by it
   */
  public InMemoryCacheStore(InstantSource clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Makes every operation fail, as a store that can't be reached does.
   *
   * @param failure what operations fail with; null ends the outage
   */
  public void failWith(@Nullable RuntimeException failure) {
    tellOfMissedChanges();
    this.failure = failure;
    wake(key -> failure != null);
  }

  /** Removes everything, as {@code FLUSHALL} does. */
  public void clear() {
    synchronized (entries) {
      entries.clear();
    }
    tellOfMissedChanges();
    wake(key -> true);
  }

  @Override
  public Coherence coherence() {
    return Coherence.LEASE;
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    return answer(() -> describe(state(key)));
  }

  /** Tells of an expiry at the next operation: the clock does not say when it moves. */
  @Override
  public Optional<CompletionStage<Void>> watch(String key) {
    if (failure != null) {
      return Optional.empty();
    }
    synchronized (entries) {
      return Optional.of(
          isLeased(key)
              ? waiters.computeIfAbsent(key, first -> new CompletableFuture<>())
              : CompletableFuture.completedFuture(null));
    }
  }

  private boolean isLeased(String key) {
    return state(key) instanceof Loading;
  }

  private void wake(Predicate<String> which) {
    List<CompletableFuture<Void>> woken = new ArrayList<>();
    synchronized (entries) {
      waiters
          .entrySet()
          .removeIf(waiter -> which.test(waiter.getKey()) && woken.add(waiter.getValue()));
    }
    woken.forEach(waiter -> waiter.complete(null));
  }

  @Override
  public CompletionStage<Lookup> lease(String key, LeaseToken token, Duration lease) {
    return change(
        key,
        () -> {
          State state = state(key);
          if (state instanceof Stale stale
              && (holds(stale, token) || !stale.until().isAfter(clock.instant()))) {
            refresh(key, stale, token, lease);
            return Lookup.GRANTED;
          }
          if (state != null && !holds(state, token)) {
            return describe(state);
          }
          set(key, new Loading(token), lease);
          return Lookup.GRANTED;
        });
  }

  @Override
  public CompletionStage<Lookup> refresh(
      String key, LeaseToken token, Duration lease, StoredValue.Timing seen, Duration early) {
    return change(
        key,
        () -> {
          State state = state(key);
          StoredValue.Timing timing = state instanceof Value value ? value.value().timing() : null;
          if (timing == null || timing.writtenAt() != seen.writtenAt()) {
            return describe(state);
          }
          Instant now = clock.instant();
          if (now.toEpochMilli() < timing.freshUntil() - early.toMillis()) {
            return Lookup.FRESH;
          }
          Value value = (Value) Objects.requireNonNull(state);
          if (!holds(value, token) && value.until().isAfter(now)) {
            return Lookup.REFRESHING;
          }
          replace(key, new Value(value.value(), token, now.plus(lease)));
          return Lookup.GRANTED;
        });
  }

  @Override
  public CompletionStage<Boolean> touch(String key, StoredValue.Timing seen, Duration idle) {
    return change(
        key,
        () -> {
          StoredValue.Timing timing =
              state(key) instanceof Value value ? value.value().timing() : null;
          if (timing == null || timing.writtenAt() != seen.writtenAt()) {
            return false;
          }
          Held entry = Objects.requireNonNull(entries.get(key));
          Instant latest = Instant.ofEpochMilli(timing.freshUntil());
          Instant wanted = clock.instant().plus(idle);
          Instant end = wanted.isBefore(latest) ? wanted : latest;
          boolean longer = end.isAfter(entry.expires());
          if (longer) {
            entries.put(key, new Held(entry.state(), end));
          }
          return longer;
        });
  }

  /** By the clock of this store. */
  @Override
  public long millis() {
    return clock.millis();
  }

  @Override
  public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
    return ifHeld(
        key,
        token,
        () -> {
          if (state(key) instanceof Stale stale) {
            refresh(key, stale, token, lease);
          } else if (state(key) instanceof Value value) {
            replace(key, new Value(value.value(), token, clock.instant().plus(lease)));
          } else {
            set(key, new Loading(token), lease);
          }
        });
  }

  private void refresh(String key, Stale stale, @Nullable LeaseToken token, Duration lease) {
    Instant until = clock.instant().plus(lease);
    replace(key, new Stale(stale.value(), token, until));
  }

  @Override
  public CompletionStage<Boolean> fill(
      String key, LeaseToken token, StoredValue value, Duration ttl) {
    return ifHeld(key, token, () -> set(key, written(value), ttl));
  }

  @Override
  public CompletionStage<Boolean> abandon(String key, LeaseToken token) {
    return ifHeld(
        key,
        token,
        () -> {
          if (state(key) instanceof Stale stale) {
            refresh(key, stale, null, Duration.ZERO);
          } else if (state(key) instanceof Value value) {
            replace(key, new Value(value.value(), null, clock.instant()));
          } else {
            entries.remove(key);
          }
        });
  }

  private CompletionStage<Boolean> ifHeld(String key, LeaseToken token, Runnable action) {
    return change(
        key,
        () -> {
          boolean held = holds(state(key), token);
          if (held) {
            action.run();
          }
          return held;
        });
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    return change(
        key,
        () -> {
          boolean free = !(state(key) instanceof Writing);
          if (free) {
            set(key, written(value), ttl);
          }
          return free;
        });
  }

  @Override
  public CompletionStage<Lookup> putIfAbsent(String key, StoredValue value, Duration ttl) {
    return change(
        key,
        () -> {
          State state = state(key);
          if (state instanceof Value || state instanceof Writing) {
            return describe(state);
          }
          set(key, written(value), ttl);
          return Lookup.GRANTED;
        });
  }

  private Value written(StoredValue value) {
    Instant now = clock.instant();
    StoredValue.Timing timing = value.timing();
    return new Value(
        timing == null ? value : value.timed(at(timing, now.toEpochMilli(), 0)), null, now);
  }

  private static StoredValue.Timing at(StoredValue.Timing timing, long written, long refreshed) {
    return new StoredValue.Timing(written, timing.freshMillis(), timing.loadMillis(), refreshed);
  }

  @Override
  public CompletionStage<Boolean> drop(String key) {
    return change(key, () -> !(state(key) instanceof Writing) && entries.remove(key) != null);
  }

  @Override
  public CompletionStage<Boolean> soften(String key, Duration maxStale) {
    return change(
        key,
        () -> {
          State state = state(key);
          StoredValue copy =
              state instanceof Value value
                  ? value.value()
                  : state instanceof Stale stale ? stale.value() : null;
          if (copy == null) {
            return !(state instanceof Writing) && entries.remove(key) != null;
          }
          Instant now = clock.instant();
          Instant expires = Objects.requireNonNull(entries.get(key)).expires();
          Instant latest = now.plus(maxStale);
          Instant end = expires.isBefore(latest) ? expires : latest;
          entries.put(key, new Held(new Stale(copy, null, now), end));
          return true;
        });
  }

  @Override
  public CompletionStage<Boolean> intent(String key, LeaseToken token, Duration ttl) {
    return change(
        key,
        () -> {
          Map<LeaseToken, Instant> marks = liveMarks(key);
          marks.put(token, clock.instant().plus(ttl));
          return marks.size() <= MOST_INTENTS && mark(key, marks);
        });
  }

  @Override
  public CompletionStage<Boolean> renewIntent(String key, LeaseToken token, Duration ttl) {
    return change(
        key,
        () -> {
          Map<LeaseToken, Instant> marks = liveMarks(key);
          boolean stood = marks.put(token, clock.instant().plus(ttl)) != null;
          return marks.size() <= MOST_INTENTS && mark(key, marks) && stood;
        });
  }

  @Override
  public CompletionStage<Boolean> release(String key, LeaseToken token) {
    return change(
        key,
        () -> {
          boolean marked = state(key) instanceof Writing;
          Map<LeaseToken, Instant> marks = liveMarks(key);
          boolean found = marks.remove(token) != null;
          if (!marked || marks.isEmpty()) {
            entries.remove(key);
          } else {
            mark(key, marks);
          }
          return found;
        });
  }

  @Override
  public CompletionStage<Optional<LeaseToken>> generation(String key) {
    return answer(
        () -> state(key) instanceof Tag tag ? Optional.of(tag.generation()) : Optional.empty());
  }

  @Override
  public CompletionStage<LeaseToken> generationOr(String key, LeaseToken fresh) {
    return change(
        key,
        () -> {
          LeaseToken now = state(key) instanceof Tag tag ? tag.generation() : fresh;
          set(key, new Tag(now), GENERATION_LIFE);
          return now;
        });
  }

  @Override
  public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
    return change(
        key,
        () -> {
          set(key, new Tag(fresh), GENERATION_LIFE);
          return true;
        });
  }

  private Map<LeaseToken, Instant> liveMarks(String key) {
    Map<LeaseToken, Instant> live = new HashMap<>();
    if (state(key) instanceof Writing writing) {
      Instant now = clock.instant();
      writing
          .marks()
          .forEach(
              (token, deadline) -> {
                if (deadline.isAfter(now)) {
                  live.put(token, deadline);
                }
              });
    }
    return live;
  }

  private boolean mark(String key, Map<LeaseToken, Instant> marks) {
    Instant latest = marks.values().stream().max(Instant::compareTo).orElseThrow();
    entries.put(key, new Held(new Writing(marks), latest));
    return true;
  }

  private @Nullable State state(String key) {
    Held entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (!entry.expires().isAfter(clock.instant())) {
      entries.remove(key);
      return null;
    }
    return entry.state();
  }

  private void set(String key, State state, Duration time) {
    entries.put(key, new Held(state, clock.instant().plus(time)));
  }

  private void replace(String key, State state) {
    entries.computeIfPresent(key, (any, entry) -> new Held(state, entry.expires()));
  }

  private static boolean holds(@Nullable State state, LeaseToken token) {
    return (state instanceof Loading loading && loading.token().equals(token))
        || (state instanceof Value value && token.equals(value.token()))
        || (state instanceof Stale stale && token.equals(stale.token()));
  }

  private static Lookup describe(@Nullable State state) {
    if (state instanceof Value value) {
      StoredValue.Timing timing = value.value().timing();
      long until = value.token() == null ? 0 : value.until().toEpochMilli();
      return new Lookup.Hit(
          timing == null
              ? value.value()
              : value.value().timed(at(timing, timing.writtenAt(), until)));
    }
    if (state instanceof Stale stale) {
      return new Lookup.Stale(stale.value());
    }
    if (state instanceof Loading) {
      return Lookup.LOADING;
    }
    if (state == null) {
      return Lookup.MISSING;
    }
    return state instanceof Writing ? Lookup.WRITING : Lookup.UNDECODABLE;
  }

  private <T> CompletionStage<T> change(String key, Supplier<T> operation) {
    CompletionStage<T> answer = answer(operation);
    for (Subscription each : subscriptions) {
      if (key.startsWith(each.prefix())) {
        each.listener().changed(key);
      }
    }
    return answer;
  }

  /** Tells at once, but of no expiry; an outage cuts the feed. */
  @Override
  public Optional<ChangeFeed> changes(String keyPrefix, ChangeFeed.Listener listener) {
    subscriptions.removeIf(each -> !each.listener().isListening());
    subscriptions.add(new Subscription(keyPrefix, listener));
    return Optional.of(
        () -> failure == null ? System.nanoTime() : System.nanoTime() - Long.MAX_VALUE / 2);
  }

  private void tellOfMissedChanges() {
    subscriptions.forEach(each -> each.listener().missedChanges());
  }

  private <T> CompletionStage<T> answer(Supplier<T> operation) {
    RuntimeException told = failure;
    if (told != null) {
      return CompletableFuture.failedFuture(told);
    }
    T answer;
    synchronized (entries) {
      answer = operation.get();
    }
    wake(key -> !isLeased(key));
    return CompletableFuture.completedFuture(answer);
  }

  @Override
  public void close() {
    clear();
  }
}
