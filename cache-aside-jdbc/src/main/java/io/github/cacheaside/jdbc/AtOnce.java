package io.github.cacheaside.jdbc;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Invalidates now and waits for it, whatever transaction the thread is in. A bean of Spring would
 * put it off until the commit of the thread's own transaction, which has nothing to do with the one
 * that made it necessary, and forget it with a rollback. Its asynchronous view knows of no
 * transaction. Waits no longer than the store's time-outs.
 */
final class AtOnce {
  private AtOnce() {}

  static <K> void invalidateAll(CacheAside<K, ?> cache, Collection<K> keys) {
    await(cache, cache.async().invalidateAll(keys));
  }

  static void invalidateTag(CacheAside<?, ?> cache, String tag) {
    await(cache, cache.async().invalidateTag(tag));
  }

  static void clear(CacheAside<?, ?> cache) {
    await(cache, cache.async().clear());
  }

  private static void await(CacheAside<?, ?> cache, CompletableFuture<?> sent) {
    try {
      sent.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException known) {
        throw known;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new CacheException("invalidating in " + cache.name() + " failed", cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CacheException("interrupted while waiting for " + cache.name(), e);
    }
  }
}
