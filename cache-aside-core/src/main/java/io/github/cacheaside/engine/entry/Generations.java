package io.github.cacheaside.engine.entry;

import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.engine.base.Tokens;
import io.github.cacheaside.engine.write.TagFence;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Invalidates many entries by one command: each entry carries the generations of its tags, and one
 * whose generation is no longer the tag's is no hit.
 *
 * <p>What makes it free of races: a generation is read <i>before</i> the database read begins, so
 * an invalidation during the load leaves the entry with the old one. Tags that only the value tells
 * can't be read before; for them there is an epoch, renewed before any such tag is. It is read
 * before the load and again after the generations of the value's tags: if it has moved, the value
 * is not cached. An absent row or a value that tells no tag carries the epoch itself, so it goes
 * with whichever tag is invalidated. There are no timestamps, so no clocks to differ. A generation
 * that the store lost is a mismatch, hence a miss.
 *
 * <p>While a {@linkplain TagFence fenced write} to a tag's entries is in flight, a mark lies under
 * a key of its own. A load asks for the marks once it knows the generations: it either has an old
 * one, or finds the mark, and then fills nothing. It does not wait for that answer; its fill does.
 */
public final class Generations<K, V> {
  private final CacheStore store;
  private final Tags<K, V> tags;
  private final Consumer<Throwable> untold;

  /**
   * Over the generations that the store has.
   *
   * @param untold is given what a function of the user's threw instead of telling the tags of a key
   */
  public Generations(CacheStore store, Tags<K, V> tags, Consumer<Throwable> untold) {
    this.store = store;
    this.tags = tags;
    this.untold = untold;
  }

  /**
   * What a load has to know of its tags before it begins.
   *
   * @param writing tells whether a fenced write to one of them is in flight; asked for after the
   *     generations were read
   */
  public record Before(
      List<StoredValue.Generation> generations,
      @Nullable LeaseToken epoch,
      CompletionStage<Boolean> writing) {
    public static final Before NOTHING =
        new Before(List.of(), null, CompletableFuture.completedFuture(false));

    /**
     * Waits for the answer about marks, which after a load is mostly there. The fill then goes out
     * before the caller has its value, so what this caller does next finds it.
     */
    public void awaitMarks(Duration most) {
      try {
        writing.toCompletableFuture().get(most.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        // the fill waits, or fails, by itself
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public boolean none() {
    return tags.none();
  }

  /**
   * The tags that are known before the value is; empty if they are unknown, so it can't be cached.
   */
  public Optional<Set<String>> tagsOf(K key) {
    try {
      return Optional.of(tags.before(key));
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      untold.accept(e); // and the store is not to blame
      return Optional.empty();
    }
  }

  /** Looks up entries, each with its generations in the same round trip; for one call. */
  public final class Lookups {
    private final Map<String, CompletionStage<Optional<LeaseToken>>> current = new HashMap<>();

    public CompletionStage<Lookup> lookup(K key, String storeKey) {
      return checked(key, store.lookup(storeKey));
    }

    /** Looks up all of them at once; keys and store keys are in the same order. */
    public List<CompletionStage<Lookup>> lookupAll(Collection<K> keys, List<String> storeKeys) {
      List<CompletionStage<Lookup>> found = store.lookupAll(storeKeys);
      if (tags.none()) {
        return found;
      }
      List<CompletionStage<Lookup>> checked = new ArrayList<>(found.size());
      for (K key : keys) {
        checked.add(checked(key, found.get(checked.size())));
      }
      return checked;
    }

    private CompletionStage<Lookup> checked(K key, CompletionStage<Lookup> found) {
      if (tags.none()) {
        return found;
      }
      Optional<Set<String>> told = tagsOf(key);
      if (told.isEmpty()) {
        return found.thenApply(look -> Lookup.UNAVAILABLE);
      }
      Set<String> required = told.get();
      required.forEach(this::current);
      return found.thenCompose(
          look -> {
            if (look instanceof Lookup.Hit hit) {
              return check(hit, hit.value(), required);
            }
            return look instanceof Lookup.Stale stale
                ? check(stale, stale.value(), required)
                : CompletableFuture.completedFuture(look);
          });
    }

    private synchronized CompletionStage<Optional<LeaseToken>> current(String tag) {
      return current.computeIfAbsent(tag, any -> store.generation(tags.storeKey(tag)));
    }

    private CompletionStage<Lookup> check(Lookup found, StoredValue value, Set<String> required) {
      Set<String> missing = new HashSet<>(required);
      AtomicBoolean valid = new AtomicBoolean(true);
      List<CompletableFuture<?>> checks = new ArrayList<>();
      for (StoredValue.Generation carried : value.generations()) {
        missing.remove(carried.tag());
        checks.add(
            current(carried.tag())
                .thenAccept(
                    now -> {
                      if (!now.equals(Optional.of(carried.token()))) {
                        valid.set(false);
                      }
                    })
                .toCompletableFuture());
      }
      // one that lacks a tag was written before the cache had it
      return CompletableFuture.allOf(checks.toArray(CompletableFuture<?>[]::new))
          .thenApply(all -> missing.isEmpty() && valid.get() ? found : Lookup.OUTDATED);
    }
  }

  /** Reads what must be read before the load begins. */
  public CompletionStage<Before> readBeforeLoad(Set<String> tagsOfKey) {
    if (tags.none()) {
      return CompletableFuture.completedFuture(Before.NOTHING);
    }
    CompletionStage<List<StoredValue.Generation>> known = generations(tagsOfKey);
    if (tags.ofValue() == null) {
      return known.thenApply(
          generations -> new Before(generations, null, isWriting(tagsOfKey, List.of())));
    }
    return known.thenCombine(
        epoch(),
        (generations, epoch) ->
            new Before(generations, epoch, isWriting(tagsOfKey, List.of(Tags.ANY_OF_VALUES))));
  }

  /** Whether there is a mark; also if that is not known. */
  private CompletionStage<Boolean> isWriting(Collection<String> names, Collection<String> more) {
    CompletionStage<Boolean> any = CompletableFuture.completedFuture(false);
    for (Collection<String> some : List.of(names, more)) {
      for (String tag : some) {
        any =
            any.thenCombine(
                store.lookup(tags.markKey(tag)), // all are sent at once
                (writing, found) -> writing || !(found instanceof Lookup.Missing));
      }
    }
    return any.exceptionally(failure -> true);
  }

  /**
   * The value, with the tags that it tells and those known before, under all their generations;
   * empty if it must not be cached.
   */
  public CompletionStage<Optional<StoredValue>> after(
      Set<String> told, StoredValue stored, Before before) {
    return before
        .writing()
        .thenCompose(
            writing ->
                writing
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : tagged(told, stored, before));
  }

  private CompletionStage<Optional<StoredValue>> tagged(
      Set<String> told, StoredValue stored, Before before) {
    LeaseToken epoch = before.epoch();
    if (epoch == null) {
      return CompletableFuture.completedFuture(Optional.of(stored.under(before.generations())));
    }
    if (told.isEmpty()) { // a row that is not there may be inserted under any tag
      List<StoredValue.Generation> all = new ArrayList<>(before.generations());
      all.add(new StoredValue.Generation(Tags.ANY_OF_VALUES, epoch));
      return CompletableFuture.completedFuture(Optional.of(stored.under(all)));
    }
    return generations(told)
        .thenCompose(
            more ->
                epoch()
                    .thenApply(
                        now -> {
                          List<StoredValue.Generation> all = new ArrayList<>(before.generations());
                          all.addAll(more);
                          return now.equals(epoch)
                              ? Optional.of(stored.under(all))
                              : Optional.empty();
                        }));
  }

  private CompletionStage<LeaseToken> epoch() {
    return store.generationOr(tags.epochKey(), Tokens.next());
  }

  private CompletionStage<List<StoredValue.Generation>> generations(Collection<String> names) {
    CompletionStage<List<StoredValue.Generation>> all =
        CompletableFuture.completedFuture(new ArrayList<>());
    for (String tag : names) {
      CompletionStage<LeaseToken> token =
          store.generationOr(tags.storeKey(tag), Tokens.next()); // all are sent at once
      all =
          all.thenCombine(
              token,
              (list, now) -> {
                list.add(new StoredValue.Generation(tag, now));
                return list;
              });
    }
    return all;
  }

  /** Renews a tag's generation; the epoch first, see above. */
  public CompletionStage<Boolean> invalidate(String tag) {
    String storeKey = tags.storeKey(tag);
    if (tag.equals(Tags.ALL) || tags.ofValue() == null) {
      return store.newGeneration(storeKey, Tokens.next());
    }
    return store
        .newGeneration(tags.epochKey(), Tokens.next())
        .thenCompose(done -> store.newGeneration(storeKey, Tokens.next()));
  }
}
