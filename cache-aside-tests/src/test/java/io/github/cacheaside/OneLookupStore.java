package io.github.cacheaside;

import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.Lookup;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A double that changes lookups: all of them go through {@link #lookup(String)}. */
class OneLookupStore extends ForwardingCacheStore {
  OneLookupStore(CacheStore store) {
    super(store);
  }

  @Override
  public CompletionStage<Lookup> lookup(
      String key, Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    return lookup(key)
        .thenCompose(
            found ->
                found instanceof Lookup.Missing
                    ? ifMissing.get()
                    : CompletableFuture.completedStage(found));
  }

  @Override
  public List<CompletionStage<Lookup>> lookupAll(List<String> keys) {
    return keys.stream().map(this::lookup).toList();
  }
}
