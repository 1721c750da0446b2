package io.github.cacheaside.engine.load;

import io.github.cacheaside.Loaded;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Timers;
import io.github.cacheaside.engine.base.Tokens;
import io.github.cacheaside.engine.entry.Generations;
import io.github.cacheaside.engine.entry.StoreFiller;
import io.github.cacheaside.engine.guard.StoreGuard;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The leases of one cache: each is asked for, renewed, used for one fill, and given back. */
public final class Leases<K, V> {
  private final Settings<K, V> settings;
  private final StoreGuard guard;
  private final Timers timers;
  private final Generations<K, V> generations;
  private final StoreFiller<K, V> filler;

  public Leases(
      Settings<K, V> settings,
      StoreGuard guard,
      Timers timers,
      Generations<K, V> generations,
      StoreFiller<K, V> filler) {
    this.settings = settings;
    this.guard = guard;
    this.timers = timers;
    this.generations = generations;
    this.filler = filler;
  }

  /**
   * A lease that is not asked for yet.
   *
   * @param wanted whether a caller may still fill
   * @param tooLong is run when none may, or the load has lasted too long
   */
  Lease lease(K key, String storeKey, BooleanSupplier wanted, Runnable tooLong) {
    return new Lease(key, storeKey, wanted, tooLong);
  }

  /**
   * The lease of one key, for one attempt to load it.
   *
   * <p>Only a granted token may fill: when the reply to the request is lost, the store may grant it
   * after the database read has begun, so the token of such a lease is never used.
   */
  final class Lease {
    private final K key;
    private final String storeKey;
    private final LeaseToken token = Tokens.next();
    private final Renewal renewal;
    private Generations.Before before = Generations.Before.NOTHING;
    private boolean granted;

    private Lease(K key, String storeKey, BooleanSupplier wanted, Runnable tooLong) {
      this.key = key;
      this.storeKey = storeKey;
      this.renewal =
          new Renewal(
              settings.store(),
              guard,
              timers,
              settings.leaseTime(),
              storeKey,
              token,
              wanted,
              tooLong);
    }

    LeaseToken token() {
      return token;
    }

    /** Asks to load a value that is not there. */
    CompletableFuture<Lookup> ask() {
      return ask(() -> settings.store().lease(storeKey, token, settings.leaseTime()));
    }

    /** Asks to reload a value that is there. */
    CompletableFuture<Lookup> askToReload(StoredValue.Timing seen, Duration early) {
      return ask(
          () -> settings.store().refresh(storeKey, token, settings.leaseTime(), seen, early));
    }

    private CompletableFuture<Lookup> ask(Supplier<? extends CompletionStage<Lookup>> asking) {
      Optional<Set<String>> tags = generations.tagsOf(key);
      if (tags.isEmpty()) {
        return CompletableFuture.completedFuture(Lookup.UNAVAILABLE);
      }
      // in the same round trip, so before the database is read
      return asking
          .get()
          .thenCombine(
              generations.readBeforeLoad(tags.get()),
              (found, known) -> {
                before = known;
                return found;
              })
          .toCompletableFuture();
    }

    /** The store has granted it: it is renewed from now on. */
    void granted() {
      granted = true;
      renewal.start();
    }

    boolean isGranted() {
      return granted;
    }

    void stopRenewing() {
      renewal.stop();
    }

    /** Lets another reader load; its failure is not the caller's. */
    void giveBack() {
      guard.quietly(() -> settings.store().abandon(storeKey, token));
    }

    /**
     * Waits for the answer about marks, so that a fill goes out before the caller has its value.
     */
    void awaitMarks() {
      before.awaitMarks(settings.storeTimeout());
    }

    /** Offers a loaded value; null if it is not one to cache, or the store does not answer. */
    @Nullable CompletableFuture<Boolean> offer(@Nullable Loaded<V> loaded, long loadNanos) {
      return filler.offer(storeKey, token, loaded, before, loadNanos);
    }
  }
}
