package io.github.cacheaside.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;

/** The subjects with a near cache, by name. Each instance has connections of its own. */
final class NearSubjects {
  static final String OURS = Readers.NEAR;
  static final String NAIVE = "naive-near";
  static final String TRUSTING = "mutant-heartbeat-ignored";
  static final String NO_STAMPS = "mutant-no-stamps";
  static final String NO_FLUSH = "mutant-no-flush";
  static final String JETCACHE = Readers.JETCACHE_NEAR;
  static final String REDISSON = Readers.REDISSON_NEAR;
  static final String REDISSON_CLEAR = "redisson-near-clear";

  static final List<String> ALL =
      List.of(OURS, TRUSTING, NO_STAMPS, NO_FLUSH, NAIVE, JETCACHE, REDISSON, REDISSON_CLEAR);

  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration NEAR_TTL = Duration.ofMinutes(1);

  private NearSubjects() {}

  static Subject open(String name, String redis, Database database) {
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
      case TRUSTING -> new NearSubject(environment, NearMutants::alwaysTrusted);
      case NO_STAMPS -> new NearSubject(environment, NearMutants::noStamps);
      case NO_FLUSH -> new NearSubject(environment, NearMutants::noFlush);
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
        Caffeine.newBuilder().maximumSize(10L * NearStage.KEYS).expireAfterWrite(NEAR_TTL).build();

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
