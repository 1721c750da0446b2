package io.github.cacheaside;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.codec.Compression;
import io.github.cacheaside.codec.Encryption;
import io.github.cacheaside.codec.RoundTripCheck;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.codec.ValueCodec;
import io.github.cacheaside.engine.DefaultCacheAside;
import io.github.cacheaside.engine.base.Protection;
import io.github.cacheaside.engine.base.Settings;
import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.engine.guard.DefaultExecutor;
import io.github.cacheaside.engine.load.Conditional;
import io.github.cacheaside.spi.CacheStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link CacheAside}; every one has a default.
 *
 * <pre>{@code
 * CacheAside<Long, Planet> planets =
 *     CacheAside.builder(redis, "planet", Serializer.json(Planet.class))
 *         .namespace("shop") // keys are shop/planet:3
 *         .ttl(Duration.ofHours(1)) // default: 10 minutes, less up to 10 % at random
 *         .absentTtl(Duration.ofSeconds(30)) // default: "no such row" is not cached
 *         .originLimiter(OriginLimiter.of(20)) // default: as many loads as there are misses
 *         .build(dao::findById);
 * }</pre>
 *
 * <p>A value that can't be meant is refused by its method with an {@link IllegalArgumentException}
 * that names the option and the value; options that exclude each other are refused when the cache
 * is built. No argument may be null. Not thread-safe; the cache it builds is.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class CacheAsideBuilder<K, V> {
  private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.Caffeine";
  private static final Duration NEAR_TTL = Duration.ofMinutes(1);
  private static final Duration NEAR_MAX_LAG = Duration.ofSeconds(1);

  private final CacheStore store;
  private final CacheName name;
  private final Serializer<V> serializer;

  private int maxPayload = 8 << 20;
  private int schemaVersion;
  private RoundTripCheck roundTripCheck = RoundTripCheck.FIRST_VALUES;
  private @Nullable Compression compression;
  private @Nullable Encryption encryption;
  private KeyEncoder<?> keyEncoder = KeyEncoder.standard();
  private String prefix;
  private @Nullable String namespace;
  private int keyVersion;
  private boolean prefixed;
  private boolean clearable;
  private @Nullable Function<?, Set<String>> tagsOfKey;
  private @Nullable Function<? super V, Set<String>> tagsOfValue;
  private long nearMost;
  private @Nullable ToIntBiFunction<?, ? super V> nearWeigher;
  private @Nullable Duration nearTtl;
  private @Nullable Duration nearMaxLag;
  private Settings.@Nullable CoalescingBounds coalescing;
  private Ttl<? super V> ttl = Ttl.fixed(Duration.ofMinutes(10)).jittered(0.1);
  private @Nullable Duration absentTtl;
  private @Nullable Expiry expiry;
  private Duration leaseTime = Duration.ofSeconds(5);
  private Duration maxWait = Duration.ofSeconds(5);
  private Duration storeTimeout = Duration.ofMillis(100);
  private Duration fenceTime = Duration.ofSeconds(2);
  private UnfencedWrites unfencedWrites = UnfencedWrites.FAIL;
  private Duration holdOff = Duration.ZERO;
  private CacheListener listener = CacheListener.NONE;
  private Executor executor = DefaultExecutor.POOL;
  private ContextPropagation context = ContextPropagation.NONE;
  private LoadExceptions loadExceptions = LoadExceptions.WRAPPED;
  private @Nullable CircuitBreaker breaker;
  private @Nullable OriginLimiter limiter;
  private @Nullable Duration softLoadTimeout;
  private @Nullable Duration loadTimeout;

  CacheAsideBuilder(CacheStore store, CacheName name, Serializer<V> serializer) {
    this.store = requireNonNull(store, "store");
    this.name = requireNonNull(name, "name");
    this.serializer = requireNonNull(serializer, "serializer");
    this.prefix = name.inKeys() + ":";
  }

  /**
   * Sets how keys become text. Default: {@link KeyEncoder#standard()}.
   *
   * @param encoder the encoder
   * @param <K1> the type of keys
   * @return this builder
   */
  @SuppressWarnings("unchecked") // the encoder's type becomes the type of the keys
  public <K1 extends K> CacheAsideBuilder<K1, V> keyEncoder(KeyEncoder<? super K1> encoder) {
    keyEncoder = requireNonNull(encoder, "encoder");
    return (CacheAsideBuilder<K1, V>) this;
  }

  /**
   * Keeps applications that share a Redis apart: {@code shop/planet:3}. Default: none. The slash
   * can't occur in a name, so no key of one namespace can ever equal a key of another.
   *
   * @param namespace 1 to 100 of {@code A-Z a-z 0-9 _ . -}
   * @return this builder
   */
  public CacheAsideBuilder<K, V> namespace(String namespace) {
    this.namespace = CacheName.check(namespace, "namespace");
    return this;
  }

  /**
   * Separates entries of incompatible releases: {@code planet@2:3}. For releases that can't read
   * each other's values; but an invalidation reaches the entries of its own version only, so prefer
   * {@link #schemaVersion} unless values live by their TTL alone. Default: 0, which is not written.
   *
   * @param version from 0
   * @return this builder
   */
  public CacheAsideBuilder<K, V> keyVersion(int version) {
    if (version < 0) {
      throw new IllegalArgumentException("version must not be negative: " + version);
    }
    this.keyVersion = version;
    return this;
  }

  /**
   * Writes a version into each value; a value of another version is a miss, is counted as {@link
   * CacheStats#otherSchema} and replaced. Raise it when releases that can't read each other's
   * values run side by side: unlike with {@link #keyVersion} both use the same keys, so the
   * invalidations of one reach the entries of the other; but what both read is loaded again and
   * again while both run. Default: 0.
   *
   * @param version from 0 to 255
   * @return this builder
   */
  public CacheAsideBuilder<K, V> schemaVersion(int version) {
    if (version < 0 || version > 255) {
      throw new IllegalArgumentException("version must be 0 to 255 but was " + version);
    }
    this.schemaVersion = version;
    return this;
  }

  /**
   * Sets which values are written, read and compared before they are cached. Default: {@link
   * RoundTripCheck#FIRST_VALUES}, the first 10 of the cache.
   *
   * @param check which; {@link RoundTripCheck#STRICT} in tests
   * @return this builder
   */
  public CacheAsideBuilder<K, V> roundTripCheck(RoundTripCheck check) {
    this.roundTripCheck = requireNonNull(check, "check");
    return this;
  }

  /**
   * Sets how many bytes a serialized value may have, before it is compressed. A larger one is
   * returned and not cached, and counted as {@link CacheStats#oversized}; a {@code put} of one
   * throws {@link IllegalArgumentException}. A larger one in the store is a miss, before any of it
   * is read. Default: 8 MiB, which takes 67 ms of the {@link #storeTimeout} of 100 ms at 1 Gbit/s.
   *
   * @param bytes from 1 to 512 MiB, which is Redis' own limit
   * @return this builder
   */
  public CacheAsideBuilder<K, V> maxPayload(int bytes) {
    if (bytes < 1 || bytes > 512 << 20) {
      throw new IllegalArgumentException("bytes must be 1 to 536870912 but was " + bytes);
    }
    this.maxPayload = bytes;
    return this;
  }

  /**
   * Compresses values in the store. Default: off. Values that were written under another setting
   * are read all the same. Not over the layouts {@code plain} and {@code hash}.
   *
   * @param compression how, and from which length on
   * @return this builder
   */
  public CacheAsideBuilder<K, V> compression(Compression compression) {
    this.compression = requireNonNull(compression, "compression");
    return this;
  }

  /**
   * Encrypts values in the store. Default: off. Values that are not encrypted are misses then,
   * unless it is {@link Encryption#readingPlainToo}. Not over the layouts {@code plain} and {@code
   * hash}.
   *
   * @param encryption how, and under which keys
   * @return this builder
   */
  public CacheAsideBuilder<K, V> encryption(Encryption encryption) {
    this.encryption = requireNonNull(encryption, "encryption");
    return this;
  }

  /**
   * Replaces everything before the key's own text, to share entries with programs that chose their
   * keys before. Default: the name and a colon. Excludes {@link #namespace} and {@link
   * #keyVersion}.
   *
   * @param prefix the prefix, possibly empty
   * @return this builder
   */
  public CacheAsideBuilder<K, V> keyPrefix(String prefix) {
    this.prefix = requireNonNull(prefix, "prefix");
    this.prefixed = true;
    return this;
  }

  /**
   * Allows {@link CacheAside#clear}, at the cost of a second GET with each read, in the same round
   * trip. Default: off.
   *
   * @return this builder
   */
  public CacheAsideBuilder<K, V> clearable() {
    this.clearable = true;
    return this;
  }

  /**
   * Gives each entry tags that its key tells, for {@link CacheAside#invalidateTag}: at most 31 of 1
   * to 200 characters. Costs one more GET a tag with each read, in the same round trip. Default:
   * none.
   *
   * <p>A key for which the function throws, or answers null, is read from the database each time
   * and not cached.
   *
   * @param tags answers an entry's tags
   * @param <K1> the type of keys
   * @return this builder
   */
  @SuppressWarnings("unchecked") // the function's type becomes the type of the keys
  public <K1 extends K> CacheAsideBuilder<K1, V> tagsOfKey(Function<? super K1, Set<String>> tags) {
    this.tagsOfKey = requireNonNull(tags, "tags");
    return (CacheAsideBuilder<K1, V>) this;
  }

  /**
   * Gives each entry tags that only its value tells: at most 32 of 1 to 200 characters. A hit costs
   * a second round trip, a fill two more that no caller waits for. A cached absence, and a value
   * that tells no tag, goes with every tag that is invalidated. Default: none.
   *
   * @param tags answers a value's tags
   * @return this builder
   */
  public CacheAsideBuilder<K, V> tagsOfValue(Function<? super V, Set<String>> tags) {
    this.tagsOfValue = requireNonNull(tags, "tags");
    return this;
  }

  /**
   * Keeps hits of the store in this process as well: a near cache. Default: off.
   *
   * <p>The store tells of every change, by whomever, and a near hit is never older than {@link
   * #nearMaxLag}, also when the connection that tells is cut. What this process has invalidated, it
   * does not answer any more. Callers share the value, so they must not change it; keys need {@code
   * equals} and {@code hashCode}. Needs Caffeine on the class path, and Redis 6 or later with the
   * right to {@code CLIENT TRACKING}; where the store can't tell of changes, the near cache is off,
   * which is logged.
   *
   * @param maximumSize how many entries, from 1
   * @return this builder
   */
  public CacheAsideBuilder<K, V> nearCache(long maximumSize) {
    this.nearMost = positive(maximumSize, "maximumSize");
    this.nearWeigher = null;
    return this;
  }

  /**
   * Like {@link #nearCache(long)}, bounded by weight.
   *
   * @param maximumWeight how much all entries may weigh together, from 1
   * @param weigher tells what an entry weighs, from 0; an absent row weighs 1
   * @param <K1> the type of keys
   * @return this builder
   */
  @SuppressWarnings("unchecked") // the function's type becomes the type of the keys
  public <K1 extends K> CacheAsideBuilder<K1, V> nearCache(
      long maximumWeight, ToIntBiFunction<? super K1, ? super V> weigher) {
    this.nearMost = positive(maximumWeight, "maximumWeight");
    this.nearWeigher = requireNonNull(weigher, "weigher");
    return (CacheAsideBuilder<K1, V>) this;
  }

  /**
   * Sets how long an entry stays near at most; then the store is asked again. It stays no longer
   * than its TTL either, counted from when it came near; so it may outlive its TTL in the store by
   * that much again. Default: 1 minute. Refused without {@link #nearCache}.
   *
   * @param ttl from 1 ms to 10 years
   * @return this builder
   */
  public CacheAsideBuilder<K, V> nearTtl(Duration ttl) {
    this.nearTtl = Ttl.check(ttl, "nearTtl");
    return this;
  }

  /**
   * Sets how old a near hit may be when the store no longer tells of changes: beyond that the near
   * cache is bypassed until the store is heard again. Redis is asked for a sign of life every 100
   * ms. After this process itself stood still, as in a long garbage collection, near hits may be
   * older by that time, until a thread of the library has run. Default: 1 second. Refused without
   * {@link #nearCache}.
   *
   * @param maxLag from 200 ms to 10 minutes
   * @return this builder
   */
  public CacheAsideBuilder<K, V> nearMaxLag(Duration maxLag) {
    this.nearMaxLag = between(maxLag, Duration.ofMillis(200), Duration.ofMinutes(10), "nearMaxLag");
    return this;
  }

  private static long positive(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 but was " + value);
    }
    return value;
  }

  /**
   * Sets how long values stay cached. Default: 10 minutes, less up to 10 % at random.
   *
   * @param ttl the policy
   * @return this builder
   */
  public CacheAsideBuilder<K, V> ttl(Ttl<? super V> ttl) {
    this.ttl = requireNonNull(ttl, "ttl");
    return this;
  }

  /**
   * Sets one TTL for all values, exactly, without jitter.
   *
   * @param ttl from 1 ms to 10 years
   * @return this builder
   */
  public CacheAsideBuilder<K, V> ttl(Duration ttl) {
    return ttl(Ttl.fixed(ttl));
  }

  /**
   * Caches that the database has no row, for this long. Default: off, the database is asked every
   * time. An insert must invalidate its key, as an update does.
   *
   * @param ttl from 1 ms to 10 years
   * @return this builder
   */
  public CacheAsideBuilder<K, V> absentTtl(Duration ttl) {
    this.absentTtl = Ttl.check(ttl, "absentTtl");
    return this;
  }

  /**
   * Sets what becomes of values as they grow old: stale before they are gone, reloaded before any
   * reader misses them. Default: they are hits until their {@link #ttl} is over. What loads in the
   * background ({@link Expiry#staleWhileRevalidate}, {@link Expiry#eager}, {@link
   * Expiry#probabilistic}) needs an {@link #executor}. Not over the layouts {@code plain} and
   * {@code hash}.
   *
   * <p>Needs a store that has {@link CacheStore#refresh} and, for {@link Expiry#sliding}, {@link
   * CacheStore#touch}, as {@link io.github.cacheaside.redis.RedisCacheStore} does. One that lacks
   * them is not refused: each refresh then fails, as {@link CacheStats#storeFailures} tells.
   *
   * @param expiry the policy
   * @return this builder
   */
  public CacheAsideBuilder<K, V> expiry(Expiry expiry) {
    this.expiry = requireNonNull(expiry, "expiry");
    return this;
  }

  /**
   * Sets how long the right to fill a key lasts when its holder no longer renews it, that is, how
   * long a crashed JVM can keep others waiting. It is renewed while a load runs, for up to nine
   * times its length; then a load that still runs gives its key back. Default: 5 seconds.
   *
   * @param leaseTime from 10 ms to 10 minutes
   * @return this builder
   */
  public CacheAsideBuilder<K, V> leaseTime(Duration leaseTime) {
    this.leaseTime = between(leaseTime, Duration.ofMillis(10), Duration.ofMinutes(10), "leaseTime");
    return this;
  }

  /**
   * Sets how long a read waits for another caller's load of the same key. Then one more load is run
   * for all callers that gave up in this JVM, without caching; they take what comes first. Default:
   * 5 seconds.
   *
   * @param maxWait from 1 ms to 10 minutes
   * @return this builder
   */
  public CacheAsideBuilder<K, V> maxWait(Duration maxWait) {
    this.maxWait = between(maxWait, Duration.ofMillis(1), Duration.ofMinutes(10), "maxWait");
    return this;
  }

  /**
   * Loads misses of single keys that come at the same time together, by {@link
   * CacheLoader#loadAll}. Default: off, each miss loads for itself.
   *
   * <p>The first miss does not wait: it is loaded at once. Those that come while it loads are
   * gathered, and loaded together when that load is over, when there are {@code maxBatch} of them,
   * or when the first of them has waited for {@code batchDelay}. The load runs on the thread of one
   * of their callers, or on the {@linkplain #executor executor}; when its caller is interrupted,
   * the others are loaded again. Each key has its own lease. Bulk reads are not gathered, they are
   * batches already.
   *
   * @param maxBatch how many keys a load has at most, from 2 to 10,000
   * @param batchDelay how long a miss waits for a load that is going on, from 1 ms to 1 minute
   * @return this builder
   */
  public CacheAsideBuilder<K, V> coalesceMisses(int maxBatch, Duration batchDelay) {
    if (maxBatch < 2 || maxBatch > 10_000) {
      throw new IllegalArgumentException("maxBatch must be 2 to 10000 but was " + maxBatch);
    }
    Duration wait = between(batchDelay, Duration.ofMillis(1), Duration.ofMinutes(1), "batchDelay");
    this.coalescing = new Settings.CoalescingBounds(maxBatch, wait);
    return this;
  }

  /**
   * Sets how long one operation of the store may take; then a read counts it as a miss. Default:
   * 100 ms. If this JVM stood still meanwhile (a pause for garbage collection, or no CPU), so that
   * the end is noticed more than 20 ms late, it has 20 ms more: the answer may wait to be read.
   *
   * @param timeout from 1 ms to 10 minutes
   * @return this builder
   */
  public CacheAsideBuilder<K, V> storeTimeout(Duration timeout) {
    this.storeTimeout =
        between(timeout, Duration.ofMillis(1), Duration.ofMinutes(10), "storeTimeout");
    return this;
  }

  /**
   * Sets what keeps reads from a store that does not answer. Default: one of this cache's own, that
   * opens with the first time-out and asks every 500 ms whether the store is well. {@link
   * CircuitBreaker#off()} for none.
   *
   * @param breaker the circuit breaker; caches over one store may share it
   * @return this builder
   */
  public CacheAsideBuilder<K, V> circuitBreaker(CircuitBreaker breaker) {
    this.breaker = requireNonNull(breaker, "breaker");
    return this;
  }

  /**
   * Sets how many loads may run at once. Default: as many as there are misses. A read that is
   * refused gets a stale copy, if there is one, or a {@link CacheLoadRefusedException}.
   *
   * @param limiter the limiter; all caches of one database may share it
   * @return this builder
   */
  public CacheAsideBuilder<K, V> originLimiter(OriginLimiter limiter) {
    this.limiter = requireNonNull(limiter, "limiter");
    return this;
  }

  /**
   * Sets how long a read waits for a load, its place in the {@linkplain #originLimiter queue}
   * included. Then it gets the stale copy, if there is one, else a {@link CacheLoadException} whose
   * cause is a {@link java.util.concurrent.TimeoutException}. The load itself goes on, keeps its
   * thread and its place until it ends, and may still fill the cache; a time-out of the database
   * client should end it. Default: none.
   *
   * <p>With this, or {@link #softLoadTimeout}, loaders run on the {@linkplain #executor executor},
   * also those of blocking calls: they don't see the thread locals of the caller, and an interrupt
   * of the caller does not reach them. A loader that reads a cache with a time-out keeps its thread
   * while the inner load needs another, so give that cache an executor that has one to spare: of
   * its own, or without a bound. Else, with as many outer loads as there are threads, all wait
   * until the time-out and fail.
   *
   * @param timeout from 1 ms to 10 minutes
   * @return this builder
   */
  public CacheAsideBuilder<K, V> loadTimeout(Duration timeout) {
    this.loadTimeout =
        between(timeout, Duration.ofMillis(1), Duration.ofMinutes(10), "loadTimeout");
    return this;
  }

  /**
   * Sets how long a read that has seen a stale copy waits for a load; then it gets the copy, and
   * the load goes on in the background and fills the cache. Where there is no stale copy this
   * changes nothing. Needs an {@link #executor}, as {@link #loadTimeout} does. Default: none.
   *
   * @param timeout from 1 ms to 10 minutes, and less than {@link #loadTimeout}
   * @return this builder
   */
  public CacheAsideBuilder<K, V> softLoadTimeout(Duration timeout) {
    this.softLoadTimeout =
        between(timeout, Duration.ofMillis(1), Duration.ofMinutes(10), "softLoadTimeout");
    return this;
  }

  /**
   * Sets how long the mark of a {@linkplain CacheAside#write fenced write} lives when its JVM no
   * longer renews it: for how long a crashed writer keeps its keys from being cached. Default: 2
   * seconds.
   *
   * @param fenceTime from 10 ms to 10 minutes
   * @return this builder
   */
  public CacheAsideBuilder<K, V> fenceTime(Duration fenceTime) {
    this.fenceTime = between(fenceTime, Duration.ofMillis(10), Duration.ofMinutes(10), "fenceTime");
    return this;
  }

  /**
   * Sets what becomes of a fenced write that can't be fenced. Default: {@link UnfencedWrites#FAIL}.
   *
   * @param policy fail the write, or go on without a fence
   * @return this builder
   */
  public CacheAsideBuilder<K, V> unfencedWrites(UnfencedWrites policy) {
    this.unfencedWrites = requireNonNull(policy, "policy");
    return this;
  }

  /**
   * Keeps a key from being cached for a while after each invalidation and each fenced write, for
   * loaders that read from a replica: choose more than its lag. After the invalidation of a tag, or
   * of all, it concerns every entry with that tag; with {@link #tagsOfValue}, every entry. Default:
   * zero, off.
   *
   * @param holdOff zero, or from 1 ms to 10 minutes
   * @return this builder
   */
  public CacheAsideBuilder<K, V> holdOff(Duration holdOff) {
    this.holdOff =
        requireNonNull(holdOff, "holdOff").isZero()
            ? holdOff
            : between(holdOff, Duration.ofMillis(1), Duration.ofMinutes(10), "holdOff");
    return this;
  }

  /**
   * Sets a listener that is told what the cache does. Default: {@link CacheListener#NONE}.
   *
   * @param listener the listener
   * @return this builder
   */
  public CacheAsideBuilder<K, V> listener(CacheListener listener) {
    this.listener = requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Sets where the {@linkplain CacheAside#async() asynchronous view} runs loaders and serializers,
   * where all loaders run that have a {@linkplain #loadTimeout time-out}, and where an {@link
   * #expiry} has values reloaded in the background; the last two need another than the default.
   * Default: two pools for all caches of the JVM. Loaders have up to 64 daemon threads, for which
   * 50,000 more loads may wait; the rest has one per processor and at least 2, so that no hit waits
   * for a loader. With an executor of your own, of virtual threads or of the size of the connection
   * pool, hits run there too. One that is full may reject a task, but must not run it on the thread
   * that hands it over ({@code CallerRunsPolicy}): that may be one of this library, which nothing
   * may block. With {@link ForkJoinPool#commonPool()}, {@link
   * java.util.concurrent.CompletableFuture} before JDK 25 starts a thread for each task on a
   * machine of one or two processors.
   *
   * <p>A loader that reads other caches calls their blocking methods; those that have a {@linkplain
   * #loadTimeout time-out} need another executor than this one, if it is bounded. One that waits
   * for a future of an asynchronous view keeps its thread until others of the same executor have
   * run, and with too many of them none is left.
   *
   * @param executor the executor; it stays the caller's to shut down
   * @return this builder
   */
  public CacheAsideBuilder<K, V> executor(Executor executor) {
    this.executor = requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Sets what carries the caller's context to the threads of the {@linkplain #executor executor}:
   * to loaders, serializers and other functions that run there for a call, also in the background
   * and after waits. A load that several callers share runs in the context of the caller that leads
   * it. An executor that carries the context of the thread that hands a task over carries the
   * caller's alone too, but for what happens after a wait for another caller's load. Default:
   * {@link ContextPropagation#NONE}, which costs nothing.
   *
   * @param context captures the context of the calling thread
   * @return this builder
   */
  public CacheAsideBuilder<K, V> contextPropagation(ContextPropagation context) {
    this.context = requireNonNull(context, "context");
    return this;
  }

  /**
   * Sets in which form exceptions of the loader reach the callers. Default: {@link
   * LoadExceptions#WRAPPED}, as causes of a {@link CacheLoadException}.
   *
   * @param form wrapped, or runtime exceptions as they are
   * @return this builder
   */
  public CacheAsideBuilder<K, V> loadExceptions(LoadExceptions form) {
    this.loadExceptions = requireNonNull(form, "form");
    return this;
  }

  private static Duration between(Duration value, Duration low, Duration high, String name) {
    if (requireNonNull(value, name).compareTo(low) < 0 || value.compareTo(high) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + low + " to " + high + " but was " + value);
    }
    return value;
  }

  /**
   * Builds the cache around a loader. The loader must read the database, and neither a session that
   * is bound to the caller's thread, nor a cache below: see {@link CacheLoader}.
   *
   * @param loader reads from the database
   * @param <K1> the type of keys
   * @return the cache
   * @throws IllegalArgumentException if options exclude one another, or {@link #coalesceMisses} has
   *     no bulk loader
   */
  public <K1 extends K> CacheAside<K1, V> build(CacheLoader<K1, V> loader) {
    return new DefaultCacheAside<>(settings(loader));
  }

  /**
   * Builds a cache without a loader: each call brings its own, as {@link CacheAside#get(Object,
   * CacheLoader)} does, or fills by a ticket or a {@code put}. Methods that would need the cache's
   * loader throw {@link IllegalStateException}; what an {@link #expiry} has loaded in the
   * background is loaded by the loader of the call that found it old.
   *
   * @param <K1> the type of keys
   * @return the cache
   * @throws IllegalArgumentException if options exclude one another, or misses shall be {@linkplain
   *     #coalesceMisses coalesced}
   */
  public <K1 extends K> CacheAside<K1, V> build() {
    return new DefaultCacheAside<>(this.<K1>settings(null, /* adaptive= */ false));
  }

  /**
   * Builds the cache around a loader that says with each value how long it may be cached; what it
   * leaves open is as {@link #ttl}, {@link #absentTtl} and {@link #expiry} have it. A {@code put}
   * has the TTL of the cache.
   *
   * @param loader reads from the database; null still means that there is no such row
   * @param <K1> the type of keys
   * @return the cache
   * @throws IllegalArgumentException as {@link #build} does
   */
  public <K1 extends K> CacheAside<K1, V> buildAdaptive(CacheLoader<K1, Loaded<V>> loader) {
    return new DefaultCacheAside<>(
        settings(requireNonNull(loader, "loader"), /* adaptive= */ true));
  }

  /**
   * Builds the cache around a loader that is shown the old value where there is one, and may say
   * that it is unchanged: a stale copy of {@link CacheAside#softInvalidate}, a value past its soft
   * TTL, or one that an {@link #expiry} has loaded ahead of time. Without these it never sees one.
   * As with {@link #buildAdaptive} it may say how long each value may be cached.
   *
   * @param loader reads from the database
   * @param <K1> the type of keys
   * @return the cache
   * @throws IllegalArgumentException as {@link #build} does
   */
  public <K1 extends K> CacheAside<K1, V> buildConditional(ConditionalLoader<K1, V> loader) {
    return new DefaultCacheAside<>(
        settings(
            new Conditional<>(requireNonNull(loader, "loader"), name.text()),
            /* adaptive= */ true));
  }

  /** Checks the options, and puts them together. */
  <K1 extends K> Settings<K1, V> settings(CacheLoader<K1, V> loader) {
    return settings(requireNonNull(loader, "loader"), /* adaptive= */ false);
  }

  private <K1 extends K> Settings<K1, V> settings(
      @Nullable CacheLoader<K1, ?> loader, boolean adaptive) {
    if (absentTtl != null && store.coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new IllegalArgumentException(
          "absentTtl " + absentTtl + ": the plain and hash layouts can't hold an absent row");
    }
    if (!holdOff.isZero() && store.coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new IllegalArgumentException(
          "holdOff " + holdOff + ": the plain and hash layouts have no place for it");
    }
    if (coalescing != null && loader == null) {
      throw new IllegalArgumentException(
          "coalesceMisses "
              + coalescing.maxBatch()
              + ": a cache without a loader has nothing to load many keys with");
    }
    if (coalescing != null && loader != null && !loader.loadsInBulk()) {
      throw new IllegalArgumentException(
          "coalesceMisses "
              + coalescing.maxBatch()
              + ": the loader has no bulk form; override loadAll or use CacheLoader.of(single,"
              + " bulk)");
    }
    @SuppressWarnings("unchecked") // keyEncoder() fixed K to what the encoder takes
    KeyEncoder<? super K1> encoder = (KeyEncoder<? super K1>) keyEncoder;
    return new Settings<>(
        store,
        name.text(),
        namespace == null ? "" : namespace,
        keyPrefix(),
        encoder,
        codec(),
        loader,
        adaptive,
        tags(),
        near(),
        coalescing,
        ttl,
        absentTtl,
        expiry(),
        leaseTime,
        maxWait,
        storeTimeout,
        fenceTime,
        unfencedWrites,
        holdOff,
        listener,
        executor,
        context,
        loadExceptions,
        protection());
  }

  private Protection protection() {
    if (softLoadTimeout != null
        && loadTimeout != null
        && softLoadTimeout.compareTo(loadTimeout) >= 0) {
      throw new IllegalArgumentException(
          "softLoadTimeout " + softLoadTimeout + " must be less than loadTimeout " + loadTimeout);
    }
    Protection protection =
        new Protection(
            breaker == null ? CircuitBreaker.create() : breaker,
            limiter,
            softLoadTimeout,
            loadTimeout);
    if (!protection.patient() && !hasOwnExecutor()) {
      throw new IllegalArgumentException(
          (loadTimeout == null
                  ? "softLoadTimeout " + softLoadTimeout
                  : "loadTimeout " + loadTimeout)
              + " needs an executor(...) of its own, for a load that takes too long keeps its"
              + " thread");
    }
    return protection;
  }

  private boolean hasOwnExecutor() {
    return executor != DefaultExecutor.POOL && executor != ForkJoinPool.commonPool();
  }

  private @Nullable Expiry expiry() {
    if (expiry == null) {
      return null;
    }
    if (store.coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new IllegalArgumentException(
          expiry + ": the plain and hash layouts have no place for an age or a lease");
    }
    expiry.check(ttl, hasOwnExecutor(), nearMost > 0);
    return expiry;
  }

  private ValueCodec<V> codec() {
    store.admit(maxPayload);
    ValueCodec<V> codec =
        new ValueCodec<>(
            serializer, maxPayload, schemaVersion, compression, encryption, roundTripCheck);
    if (codec.needsForm() && store.coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new IllegalArgumentException(
          form()
              + ": the plain and hash layouts have no place to say so, and are for programs that"
              + " could not read it");
    }
    return codec;
  }

  /** What changes the form of values, with its setting; that of an encryption names no key. */
  private String form() {
    if (encryption != null) {
      return "encryption " + encryption;
    }
    return compression == null ? "schemaVersion " + schemaVersion : "compression " + compression;
  }

  @SuppressWarnings("unchecked") // nearCache() fixed K to what the function takes
  private <K1> Settings.@Nullable NearBounds<K1, V> near() {
    if (nearMost == 0) {
      refuseWithoutNearCache("nearTtl", nearTtl);
      refuseWithoutNearCache("nearMaxLag", nearMaxLag);
      return null;
    }
    if (store.coherence() == CacheStore.Coherence.TTL_ONLY) {
      throw new IllegalArgumentException(
          "nearCache " + nearMost + ": not over the plain and hash layouts, which promise less");
    }
    try {
      Class.forName(CAFFEINE);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "nearCache needs com.github.ben-manes.caffeine:caffeine on the class path", e);
    }
    return new Settings.NearBounds<>(
        nearMost,
        (ToIntBiFunction<? super K1, ? super V>) nearWeigher,
        nearTtl == null ? NEAR_TTL : nearTtl,
        nearMaxLag == null ? NEAR_MAX_LAG : nearMaxLag);
  }

  private static void refuseWithoutNearCache(String option, @Nullable Duration value) {
    if (value != null) {
      throw new IllegalArgumentException(
          option + " " + value + " needs nearCache(...): without it nothing is kept near");
    }
  }

  @SuppressWarnings("unchecked") // tagsOfKey() fixed K to what the function takes
  private <K1> Tags<K1, V> tags() {
    Tags<K1, V> tags =
        new Tags<>(
            qualifiedName(), clearable, (Function<? super K1, Set<String>>) tagsOfKey, tagsOfValue);
    if (!tags.none() && store.coherence() == CacheStore.Coherence.TTL_ONLY) {
      String option = clearable ? "clearable" : tagsOfKey == null ? "tagsOfValue" : "tagsOfKey";
      throw new IllegalArgumentException(
          option + ": the plain and hash layouts have no place for tags");
    }
    if (!tags.none() && prefixed && prefix.contains("#")) {
      throw new IllegalArgumentException(
          "keyPrefix \"" + prefix + "\" must not contain # in a cache with tags");
    }
    if (!tags.none() && prefixed && tags.storeKey(Tags.ALL).startsWith(prefix)) {
      throw new IllegalArgumentException(
          "keyPrefix \""
              + prefix
              + "\" begins the keys of the cache's tags, "
              + tags.storeKey(Tags.ALL)
              + "…, so that a key could be one of them");
    }
    return tags;
  }

  private String qualifiedName() {
    return (namespace == null ? "" : namespace + "/")
        + name.inKeys()
        + (keyVersion == 0 ? "" : "@" + keyVersion);
  }

  private String keyPrefix() {
    if (prefixed) {
      if (namespace != null || keyVersion > 0) {
        throw new IllegalArgumentException(
            "keyPrefix \"" + prefix + "\" excludes namespace and keyVersion");
      }
      return prefix;
    }
    return qualifiedName() + ":";
  }
}
