package io.github.cacheaside.benchmarks.subjects;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import io.github.cacheaside.benchmarks.subjects.readers.Readers;
import java.time.Duration;
import java.util.List;

/** The subjects with a near cache, by name. Each instance has connections of its own. */
public final class NearSubjects {
  /** How many keys are read. */
  public static final int KEYS = 64;

  /** A near hit of this library may be that old: its default. */
  public static final Duration MAX_LAG = Duration.ofSeconds(1);

  public static final String OURS = Readers.NEAR;
  public static final String NAIVE = "naive-near";
  public static final String TRUSTING = "mutant-heartbeat-ignored";
  public static final String NO_STAMPS = "mutant-no-stamps";
  public static final String NO_FLUSH = "mutant-no-flush";
  static final String JETCACHE = Readers.JETCACHE_NEAR;
  static final String REDISSON = Readers.REDISSON_NEAR;
  static final String REDISSON_CLEAR = "redisson-near-clear";

  public static final List<String> ALL =
      List.of(OURS, TRUSTING, NO_STAMPS, NO_FLUSH, NAIVE, JETCACHE, REDISSON, REDISSON_CLEAR);

  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration NEAR_TTL = Duration.ofMinutes(1);

  private NearSubjects() {}

  public static Subject open(String name, String redis, Database database) {
    Subject.Environment environment =
        new Subject.Environment(
            redis,
            database,
            () -> TTL,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            new Writes(database, 0, count -> {}));
    return switch (name) {
      case OURS -> new NearSubject(environment);
      case TRUSTING -> new NearSubject(environment, MutantStores::feedAlwaysTrusted);
      case NO_STAMPS -> new NearSubject(environment, MutantStores::noStamps);
      case NO_FLUSH -> new NearSubject(environment, MutantStores::noFlush);
      case NAIVE -> new NaiveNear(new NaiveSubject(environment));
      case JETCACHE -> new JetCacheNearSubject(environment, NEAR_TTL);
      case REDISSON -> RedissonNearSubject.standard(environment, NEAR_TTL);
      case REDISSON_CLEAR -> RedissonNearSubject.clearing(environment, NEAR_TTL);
      default -> throw new IllegalArgumentException("no such subject: " + name);
    };
  }

  /** A map with a TTL in front of Redis; nobody tells it anything. */
  private static final class NaiveNear implements Subject {
    private final Subject original;
    private final Cache<Long, Long> near =
        Caffeine.newBuilder()
            .maximumSize(10L * NearSubjects.KEYS)
            .expireAfterWrite(NEAR_TTL)
            .build();

    NaiveNear(Subject original) {
      this.original = original;
    }

    @Override
    public long get(long key) throws Exception {
      Long kept = near.getIfPresent(key);
      if (kept != null) {
        return kept;
      }
      long version = original.get(key);
      near.put(key, version);
      return version;
    }

    @Override
    public long write(long key) throws Exception {
      long version = original.write(key);
      near.invalidate(key);
      return version;
    }

    @Override
    public void close() {
      original.close();
    }
  }
}
