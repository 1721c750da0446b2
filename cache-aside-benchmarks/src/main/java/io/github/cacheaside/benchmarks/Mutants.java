package io.github.cacheaside.benchmarks;

import io.github.cacheaside.CacheStore;
import io.github.cacheaside.ForwardingCacheStore;
import io.github.cacheaside.LeaseToken;
import io.github.cacheaside.Lookup;
import io.github.cacheaside.StoredValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The protocol with one line broken each. An experiment that lets one of these pass proves nothing.
 */
final class Mutants {
  private Mutants() {}

  /** Every fill is accepted, whatever has become of its lease. */
  static Subject noTokenCheck(Subject.Environment environment) {
    return new LeaseSubject(environment, NoTokenCheck::new);
  }

  /** What dropped the lease is forgotten as soon as the lease is renewed. */
  static Subject renewGrantsAnew(Subject.Environment environment) {
    return new LeaseSubject(environment, RenewGrantsAnew::new);
  }

  /** Writers invalidate before they commit, not after. */
  static Subject dropBeforeCommit(Subject.Environment environment) {
    return new EarlyDrop(environment);
  }

  /** Who releases removes the key, the marks of other writers included. */
  static Subject delInsteadOfRelease(Subject.Environment environment) {
    RawRedis redis = new RawRedis(environment.redis());
    return new FencedSubject(environment, store -> new DelInsteadOfRelease(store, redis));
  }

  /** A fill overwrites even the mark of a write. */
  static Subject fencedNoTokenCheck(Subject.Environment environment) {
    RawRedis redis = new RawRedis(environment.redis());
    return new FencedSubject(environment, store -> new UncheckedFill(store, redis));
  }

  /** The mark is placed when everything is over. */
  static Subject intentAfterCommit(Subject.Environment environment) {
    return new LateIntent(environment);
  }

  private static final class DelInsteadOfRelease extends ForwardingCacheStore {
    private final RawRedis redis;

    DelInsteadOfRelease(CacheStore original, RawRedis redis) {
      super(original);
      this.redis = redis;
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return redis.delete(key).thenApply(deleted -> true);
    }

    @Override
    public void close() {
      redis.close();
      super.close();
    }
  }

  private static final class UncheckedFill extends ForwardingCacheStore {
    private final RawRedis redis;

    UncheckedFill(CacheStore original, RawRedis redis) {
      super(original);
      this.redis = redis;
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return redis.delete(key).thenCompose(deleted -> put(key, value, ttl));
    }

    @Override
    public void close() {
      redis.close();
      super.close();
    }
  }

  private static final class LateIntent implements Subject {
    private final Environment environment;
    private final LeaseSubject original;

    LateIntent(Environment environment) {
      this.environment = environment;
      this.original = new LeaseSubject(environment);
    }

    @Override
    public long get(long key) {
      return original.get(key);
    }

    @Override
    public long write(long key) throws Exception {
      long version = environment.writes().commit(key);
      environment.writes().untilDone(() -> original.cache().write(List.of(key), () -> {}));
      return version;
    }

    @Override
    public void close() {
      original.close();
    }
  }

  static final class NoTokenCheck extends ForwardingCacheStore {
    NoTokenCheck(CacheStore original) {
      super(original);
    }

    @Override
    public CompletionStage<Boolean> fill(
        String key, LeaseToken token, StoredValue value, Duration ttl) {
      return put(key, value, ttl);
    }
  }

  private static final class RenewGrantsAnew extends ForwardingCacheStore {
    RenewGrantsAnew(CacheStore original) {
      super(original);
    }

    @Override
    public CompletionStage<Boolean> renew(String key, LeaseToken token, Duration lease) {
      return lease(key, token, lease).thenApply(Lookup.GRANTED::equals);
    }
  }

  private static final class EarlyDrop implements Subject {
    private final Environment environment;
    private final LeaseSubject original;

    EarlyDrop(Environment environment) {
      this.environment = environment;
      this.original = new LeaseSubject(environment);
    }

    @Override
    public long get(long key) {
      return original.get(key);
    }

    @Override
    public long write(long key) throws Exception {
      return environment
          .database()
          .write(key, () -> environment.writes().untilDone(() -> original.cache().invalidate(key)));
    }

    @Override
    public void close() {
      original.close();
    }
  }
}
