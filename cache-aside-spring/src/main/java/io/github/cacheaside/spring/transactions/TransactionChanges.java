package io.github.cacheaside.spring.transactions;

import io.github.cacheaside.WriteFence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What one transaction has changed, and the fences around its commit. Of the transaction's thread.
 *
 * <p>Fences are placed as late as possible, when all others have flushed what they have; a key that
 * is changed after that is fenced at once. If the first change of all comes while another is being
 * flushed, Spring does not call {@link #beforeCommit}, but {@link CommitListener} does. Nothing is
 * thrown once the transaction is completed: what fails then is tried again in the background by the
 * cache, and told.
 */
public final class TransactionChanges implements TransactionSynchronization, Ordered {
  private static final Logger log = LoggerFactory.getLogger(TransactionChanges.class);

  private final boolean fenced;
  private final Map<Participant<?>, Changes<?>> all = new LinkedHashMap<>();
  private boolean committing;

  /** What it has changed in one cache. */
  private static final class Changes<K> {
    final Participant<K> cache;
    final Map<Object, K> keys = new LinkedHashMap<>();
    final Map<Object, K> unfenced = new HashMap<>();
    final List<WriteFence> fences = new ArrayList<>(1);
    final Set<String> tags = new HashSet<>(0);
    final Set<String> unfencedTags = new HashSet<>(0);
    boolean all;
    boolean unfencedAll;

    Changes(Participant<K> cache) {
      this.cache = cache;
    }

    void add(Collection<? extends K> more) {
      for (K key : more) {
        Object identity = cache.identity().apply(key);
        if (keys.putIfAbsent(identity, key) == null) {
          unfenced.put(identity, key);
        }
      }
    }

    void addTag(String tag) {
      if (tags.add(tag)) {
        unfencedTags.add(tag);
      }
    }

    void addAll() {
      unfencedAll |= !all;
      all = true;
    }

    boolean include(Object identity) {
      return all || !tags.isEmpty() || keys.containsKey(identity);
    }

    /** What can't be fenced stays unfenced, and the exception goes on. */
    void fence() {
      if (unfencedAll) {
        fences.add(cache.cache().fenceAll());
        unfencedAll = false;
      }
      if (!unfencedTags.isEmpty()) {
        fences.add(cache.cache().fenceTags(Set.copyOf(unfencedTags)));
        unfencedTags.clear();
      }
      if (!unfenced.isEmpty()) {
        fences.add(cache.cache().fence(List.copyOf(unfenced.values())));
        unfenced.clear();
      }
    }

    void leaveUnfenced() {
      unfenced.putAll(keys);
      unfencedTags.addAll(tags);
      unfencedAll = all;
    }
  }

  public TransactionChanges(boolean fenced) {
    this.fenced = fenced;
  }

  /** After all others: what they flush is then in the database, and what they change is known. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  public boolean include(Participant<?> cache, Object key) {
    Changes<?> changes = all.get(cache);
    return changes != null && changes.include(identity(cache, key));
  }

  @SuppressWarnings("unchecked") // the key is one of this cache
  private static <K> Object identity(Participant<K> cache, Object key) {
    return cache.identity().apply((K) key);
  }

  @SuppressWarnings("unchecked") // filed under its own cache
  private <K> Changes<K> of(Participant<K> cache) {
    return (Changes<K>) all.computeIfAbsent(cache, Changes::new);
  }

  public <K> void add(Participant<K> cache, Collection<? extends K> keys) {
    of(cache).add(keys);
  }

  public void addTag(Participant<?> cache, String tag) {
    of(cache).addTag(tag);
  }

  public void addAll(Participant<?> cache) {
    of(cache).addAll();
  }

  /** What comes while the others are told of the commit would be too late for it. */
  public void fenceIfCommitting(Participant<?> cache) {
    if (committing && fenced) {
      fence(of(cache));
    }
  }

  public void fenceNow(Participant<?> cache) {
    Changes<?> changes = of(cache);
    if (fenced) {
      fence(changes);
    } else {
      quietly("fencing", changes, () -> fence(changes));
    }
  }

  private static void fence(Changes<?> changes) {
    try {
      changes.fence();
    } catch (UnsupportedOperationException e) {
      log.debug("Cache {} can't be fenced in this layout", changes.cache.cache().name());
    }
  }

  @Override
  public void suspend() {
    TransactionSynchronizationManager.unbindResourceIfPossible(TransactionChanges.class);
  }

  @Override
  public void resume() {
    TransactionSynchronizationManager.bindResource(TransactionChanges.class, this);
  }

  @Override
  public void beforeCommit(boolean readOnly) {
    committing = true;
    if (!fenced) {
      return;
    }
    all.values().forEach(TransactionChanges::fence);
    for (Changes<?> each : all.values()) {
      if (!each.fences.stream().allMatch(WriteFence::mayCommit)) {
        throw new TransientDataAccessResourceException(
            "the fence of cache " + each.cache.cache().name() + " was lost before the commit");
      }
    }
  }

  @Override
  public void afterCompletion(int status) {
    TransactionSynchronizationManager.unbindResourceIfPossible(TransactionChanges.class);
    all.values().forEach(each -> complete(each, status));
  }

  private static <K> void complete(Changes<K> changes, int status) {
    if (status == STATUS_UNKNOWN) {
      // the commit may still come: the fences stay until they end by themselves
      changes.leaveUnfenced();
    } else {
      changes.fences.forEach(fence -> quietly("releasing", changes, fence::close));
    }
    if (status != STATUS_ROLLED_BACK) {
      invalidate(changes);
    }
  }

  private static <K> void invalidate(Changes<K> changes) {
    if (!changes.unfenced.isEmpty()) {
      List<K> keys = List.copyOf(changes.unfenced.values());
      quietly("invalidating", changes, () -> changes.cache.cache().invalidateAll(keys));
    }
    changes.unfencedTags.forEach(
        tag -> quietly("invalidating", changes, () -> changes.cache.cache().invalidateTag(tag)));
    if (changes.unfencedAll) {
      quietly("clearing", changes, changes.cache.cache()::clear);
    }
  }

  private static void quietly(String what, Changes<?> changes, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      log.warn(
          "{} {} keys of cache {} failed at the end of a transaction; it is tried again in the"
              + " background",
          what,
          changes.keys.size(),
          changes.cache.cache().name(),
          e);
    }
  }
}
