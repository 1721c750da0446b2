package io.github.cacheaside;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes values for one cache: what fails is counted, and logged once. */
final class Values<V> {
  private static final Logger LOG = LoggerFactory.getLogger(CacheAside.class);

  private final String cache;
  private final ValueCodec<V> codec;
  private final Counters counters;
  private volatile boolean unreadableLogged;
  private volatile boolean uncacheableLogged;

  Values(String cache, ValueCodec<V> codec, Counters counters) {
    this.cache = cache;
    this.codec = codec;
    this.counters = counters;
  }

  /** For many values, one after the other on one thread, which closes it. */
  BatchSerializer.Batch<V> batch() {
    return codec.batch();
  }

  /** The value, or null if it can't be read. */
  @Nullable Read<V> decode(String storeKey, StoredValue stored) {
    return decode(storeKey, stored, codec.oneByOne());
  }

  /** The same, as one of many. */
  @Nullable Read<V> decode(String storeKey, StoredValue stored, BatchSerializer.Batch<V> batch) {
    try {
      V value = codec.decode(storeKey, stored, batch);
      return new Read<>(value, value == null ? Outcome.ABSENT : Outcome.HIT);
    } catch (ValueCodec.OtherSchemaException e) {
      counters.otherSchema();
      return null;
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      // deep nesting and a class that can't be initialized are just other ways to be garbage
      counters.undecodable();
      if (!unreadableLogged) {
        unreadableLogged = true;
        LOG.warn(
            "cache {}: an entry can't be read and is replaced: {}; logged once", cache, reason(e));
      }
      return null;
    }
  }

  /** The bytes of a value; the absence marker for null. */
  StoredValue encode(String storeKey, @Nullable V value) throws Exception {
    try {
      return codec.encode(storeKey, value);
    } catch (ValueCodec.OversizedException e) {
      counters.oversized();
      throw e;
    }
  }

  void uncacheable(Throwable failure) {
    if (!uncacheableLogged) {
      uncacheableLogged = true;
      LOG.warn(
          "cache {}: a value could not be cached, its TTL, tags or serializer refused: {}; logged"
              + " once",
          cache,
          reason(failure));
    }
  }

  /** Why, without anything of the value: only messages of our own are known to hold none. */
  private static String reason(Throwable failure) {
    return failure instanceof ValueCodec.RefusedException
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getName();
  }
}
