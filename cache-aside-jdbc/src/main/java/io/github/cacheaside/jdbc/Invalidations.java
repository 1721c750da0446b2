package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheException;
import io.github.cacheaside.WriteFence;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys and tags that one transaction changes, by cache. */
final class Invalidations {
  private static final Logger LOG = LoggerFactory.getLogger(Invalidations.class);

  private final Map<CacheAside<?, ?>, Group<?>> groups = new LinkedHashMap<>();
  private boolean closed;

  private static final class Group<K> {
    private final CacheAside<K, ?> cache;
    private final Set<K> keys = new LinkedHashSet<>();
    private final Set<String> tags = new LinkedHashSet<>();
    private @Nullable WriteFence fence;
    private @Nullable WriteFence tagFence;

    Group(CacheAside<K, ?> cache) {
      this.cache = cache;
    }

    List<InvalidationLog.Entry> entries() {
      List<InvalidationLog.Entry> entries = new ArrayList<>(keys.size() + tags.size());
      keys.forEach(
          key -> entries.add(new InvalidationLog.Entry(cache, InvalidationLog.Kind.KEY, key)));
      tags.forEach(
          tag -> entries.add(new InvalidationLog.Entry(cache, InvalidationLog.Kind.TAG, tag)));
      return entries;
    }

    void fence() {
      if (!keys.isEmpty()) {
        fence = cache.fence(keys);
      }
      if (!tags.isEmpty()) {
        tagFence = cache.fenceTags(tags);
      }
    }

    boolean mayCommit() {
      return (fence == null || fence.mayCommit()) && (tagFence == null || tagFence.mayCommit());
    }

    /** Takes the fences away, which removes the entries too; without one, invalidates. */
    List<Failure> invalidate() {
      return both(
          fence == null ? invalidateAll() : closed(fence, keys.size(), "keys"),
          tagFence == null ? invalidateTags() : closed(tagFence, tags.size(), "tags"));
    }

    private @Nullable Failure closed(WriteFence placed, int count, String of) {
      try {
        placed.close();
        return null;
      } catch (Throwable e) {
        return new Failure(cache.name(), count, of, e);
      }
    }

    private static List<Failure> both(@Nullable Failure one, @Nullable Failure other) {
      return Stream.of(Optional.ofNullable(one), Optional.ofNullable(other))
          .flatMap(Optional::stream)
          .toList();
    }

    private @Nullable Failure invalidateTags() {
      int failed = 0;
      Throwable last = null;
      for (String tag : tags) {
        try {
          AtOnce.invalidateTag(cache, tag);
        } catch (Throwable e) {
          failed++;
          last = e;
        }
      }
      return last == null ? null : new Failure(cache.name(), failed, "tags", last);
    }

    private @Nullable Failure invalidateAll() {
      if (keys.isEmpty()) {
        return null;
      }
      try {
        AtOnce.invalidateAll(cache, keys);
        return null;
      } catch (CacheException e) {
        return new Failure(cache.name(), keys.size(), "keys", e);
      } catch (Throwable e) { // a key that has no text, and keeps the others from theirs
        return invalidateEach(e);
      }
    }

    private @Nullable Failure invalidateEach(Throwable why) {
      int failed = 0;
      Throwable last = why;
      for (K key : keys) {
        try {
          AtOnce.invalidateAll(cache, List.of(key));
        } catch (Throwable e) {
          failed++;
          last = e;
        }
      }
      return failed == 0 ? null : new Failure(cache.name(), failed, "keys", last);
    }

    boolean isReleased() {
      return (fence == null || fence.isReleased()) && (tagFence == null || tagFence.isReleased());
    }

    /** Keeps readers from caching what they read as long as a fence can, and removes the entry. */
    List<Failure> doubt() {
      if (!keys.isEmpty()) {
        try {
          leaveFence(keys);
        } catch (CacheException | UnsupportedOperationException e) {
          unfenced(keys.size(), e);
        } catch (Throwable e) { // a key that has no text
          keys.forEach(key -> leaveFence(List.of(key), e));
        }
      }
      if (!tags.isEmpty()) {
        leaveTagFence();
      }
      return both(invalidateAll(), invalidateTags());
    }

    private void leaveTagFence() {
      try {
        WriteFence unused = cache.fenceTags(tags); // as below
      } catch (Throwable e) {
        unfenced(tags.size(), e);
      }
    }

    private void leaveFence(Collection<K> some) {
      WriteFence unused = cache.fence(some); // never closed: it ends by itself
    }

    private void leaveFence(Collection<K> some, Throwable why) {
      try {
        leaveFence(some);
      } catch (Throwable e) {
        unfenced(some.size(), why);
      }
    }

    private void unfenced(int count, Throwable why) {
      LOG.warn(
          "cache {}: {} keys or tags whose commit is in doubt get no fence that stays ({})",
          cache.name(),
          count,
          why.getClass().getName());
    }

    void unfence() {
      try {
        if (fence != null) {
          fence.close();
        }
      } finally {
        if (tagFence != null) {
          tagFence.close();
        }
      }
    }
  }

  /** Why the keys of one cache may still be cached. */
  record Failure(String cache, int count, String of, Throwable cause) {
    @Override
    public String toString() {
      return count + " " + of + " of " + cache;
    }
  }

  void addTags(CacheAside<?, ?> cache, Collection<String> tags) {
    group(cache).tags.addAll(tags);
  }

  private <K> Group<K> group(CacheAside<K, ?> cache) {
    if (closed) {
      throw new IllegalStateException("the transaction has ended");
    }
    @SuppressWarnings("unchecked") // groups are keyed by the cache that fixes K
    Group<K> group = (Group<K>) groups.computeIfAbsent(cache, c -> new Group<>(cache));
    return group;
  }

  <K> void add(CacheAside<K, ?> cache, Collection<? extends K> keys) {
    Group<K> group = group(cache);
    for (K key : keys) {
      group.keys.add(java.util.Objects.requireNonNull(key, "key"));
    }
  }

  /** Takes no more keys. */
  void close() {
    closed = true;
  }

  /** All of it, one by one. */
  List<InvalidationLog.Entry> entries() {
    List<InvalidationLog.Entry> entries = new ArrayList<>();
    groups.values().forEach(group -> entries.addAll(group.entries()));
    return entries;
  }

  /**
   * Fences the keys of every cache, for a commit that follows at once.
   *
   * @throws SQLTransientException if a fence was lost while the others were placed
   * @throws RuntimeException if one can't be placed; then none is left standing
   */
  void fence() throws SQLTransientException {
    try {
      groups.values().forEach(Group::fence);
      if (!groups.values().stream().allMatch(Group::mayCommit)) {
        throw new SQLTransientException(
            "the write fence was lost before the commit; the transaction is rolled back");
      }
    } catch (SQLTransientException | RuntimeException | Error e) {
      for (Group<?> group : groups.values()) {
        try {
          group.unfence();
        } catch (RuntimeException | Error again) {
          if (again != e) {
            e.addSuppressed(again);
          }
        }
      }
      throw e;
    }
  }

  /**
   * Invalidates everything, cache by cache; one that fails does not stop the others, not even by an
   * {@code Error}: the commit has happened, and the committer must learn of that.
   */
  List<Failure> run() {
    return each(Group::invalidate);
  }

  /**
   * Whether the store has taken away every fence, after {@link #run}. What it has not is tried
   * again by this JVM alone, so that no log may forget it.
   */
  boolean areReleased() {
    return groups.values().stream().allMatch(Group::isReleased);
  }

  /**
   * For a commit that may have happened, or may happen later: as {@link #run}, and leaves fences
   * behind. They end by themselves.
   */
  List<Failure> doubt() {
    boolean interrupted = Thread.interrupted(); // perhaps the reason why the connection is lost
    try {
      return each(Group::doubt);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<Failure> each(Function<Group<?>, List<Failure>> how) {
    List<Failure> failures = new ArrayList<>();
    for (Group<?> group : groups.values()) {
      failures.addAll(how.apply(group));
    }
    return failures;
  }
}
