package io.github.cacheaside.engine.entry;

import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.codec.Reasons;
import io.github.cacheaside.codec.RefusedValueException;
import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.codec.RoundTripException;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.codec.ValueCodec;
import io.github.cacheaside.codec.Written;
import io.github.cacheaside.engine.base.CacheLog;
import io.github.cacheaside.engine.base.Once;
import io.github.cacheaside.engine.guard.Counters;
import io.github.cacheaside.spi.StoredValue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Reads and writes values for one cache: what fails is counted, and each reason logged once. The
 * first values are read again before they are cached.
 */
public final class Values<V> {
  private static final Logger LOG = CacheLog.LOG;
  private static final int FIRST = 10;

  private final String cache;
  private final ValueCodec<V> codec;
  private final Counters counters;
  private final Once unreadable = new Once();
  private final Once uncacheable = new Once();
  private final Sent sent = new Sent();
  private final AtomicInteger checked = new AtomicInteger();
  private volatile boolean checksAll;

  public Values(String cache, ValueCodec<V> codec, Counters counters) {
    this.cache = cache;
    this.codec = codec;
    this.counters = counters;
    this.checksAll = isStrict() || codec.check() == RoundTripCheck.EVERY_VALUE;
  }

  /** For many values, one after the other on one thread, which closes it. */
  Serializer.Batch<V> batch() {
    return codec.batch();
  }

  /** The value, or null if it can't be read. */
  @Nullable Read<V> decode(String storeKey, StoredValue stored) {
    return decode(storeKey, stored, codec.oneByOne());
  }

  /** The same, as one of many. */
  @Nullable Read<V> decode(String storeKey, StoredValue stored, Serializer.Batch<V> batch) {
    try {
      V value = codec.decode(storeKey, stored, batch);
      return new Read<>(value, value == null ? Outcome.ABSENT : Outcome.HIT);
    } catch (RefusedValueException.OtherSchema e) {
      counters.otherSchema();
      return null;
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      // deep nesting and a class that can't be initialized are just other ways to be garbage
      counters.undecodable();
      unreadable(storeKey, stored, e);
      return null;
    }
  }

  private void unreadable(String storeKey, StoredValue stored, Throwable failure) {
    String reason = Reasons.of(failure);
    if (!sent.has(storeKey, stored)) {
      if (unreadable.isNew("")) {
        LOG.warn(
            "cache {}: an entry can't be read and is replaced: {}; logged once", cache, reason);
      }
      return;
    }
    checksAll = codec.check() != RoundTripCheck.OFF; // or each read of it would load and fill
    if (unreadable.isNew("own " + reason)) {
      LOG.warn(
          "cache {}: an entry that this cache has written itself can't be read: {}; make the class"
              + " readable for its serializer, which RoundTripCheck.STRICT shows in a test; from"
              + " now on each value is read again before it is cached; logged once",
          cache,
          reason);
    }
  }

  /** The bytes of a value; the absence marker for null. */
  public StoredValue encode(String storeKey, @Nullable V value) throws Exception {
    try {
      StoredValue encoded = codec.encode(storeKey, value);
      if (value != null && isChecked()) {
        Written.compare(value, () -> codec.decode(storeKey, encoded));
      }
      sent.add(storeKey, encoded);
      return encoded;
    } catch (RefusedValueException.Oversized e) {
      counters.oversized();
      throw e;
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      if (isStrict()) {
        throw new RoundTripException("cache " + cache + ": " + Reasons.of(e), e);
      }
      throw e;
    }
  }

  private boolean isStrict() {
    return codec.check() == RoundTripCheck.STRICT;
  }

  private boolean isChecked() {
    return checksAll
        || (codec.check() == RoundTripCheck.FIRST_VALUES
            && checked.get() < FIRST
            && checked.incrementAndGet() <= FIRST);
  }

  public void uncacheable(Throwable failure) {
    String reason = Reasons.of(failure);
    if (uncacheable.isNew(reason)) {
      LOG.warn(
          "cache {}: a value could not be cached, its TTL, tags or serializer refused: {}; logged"
              + " once",
          cache,
          reason);
    }
  }

  /** Keys and lengths of what was written lately: 64 of them. */
  private static final class Sent {
    private static final int SIZE = 64;
    private final AtomicLongArray marks = new AtomicLongArray(SIZE);

    void add(String storeKey, StoredValue stored) {
      marks.lazySet(storeKey.hashCode() & (SIZE - 1), mark(storeKey, stored));
    }

    boolean has(String storeKey, StoredValue stored) {
      return marks.get(storeKey.hashCode() & (SIZE - 1)) == mark(storeKey, stored);
    }

    private static long mark(String storeKey, StoredValue stored) {
      return ((long) storeKey.hashCode() << 32) | (stored.length() + 1L);
    }
  }
}
