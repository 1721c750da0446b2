package io.github.cacheaside.benchmarks;

import io.github.cacheaside.CacheStore;
import io.github.cacheaside.OriginLimiter;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The subjects that go through outages, by name. */
final class OutageSubjects {
  static final String OURS = Subjects.LEASE;
  static final String NEAR = Subjects.NEAR;
  static final String NO_LIMITER = "cache-aside-without-limiter";
  static final String FORGETS = "mutant-forgets-failed-invalidations";
  static final String NO_TOKEN = Subjects.NO_TOKEN;
  static final String TRUSTING = NearSubjects.TRUSTING;
  static final String KEEPS_LEASES = "mutant-keeps-leases";
  static final String NAIVE = Subjects.NAIVE;

  /** How many loads may run at once, in all nodes together. */
  static final int PLACES = 8;

  private static final Duration LEASE = Duration.ofSeconds(5);

  private OutageSubjects() {}

  /** What all nodes of a run share: one database, and one limit for it. */
  record Shared(Database database, OriginLimiter limiter, Supplier<Duration> ttl) {}

  static Subject open(String name, String redis, Shared shared) {
    Subject.Environment environment =
        new Subject.Environment(
            redis,
            shared.database(),
            shared.ttl(),
            LEASE,
            Duration.ofSeconds(2),
            Writes.once(shared.database()));
    OriginLimiter limiter = shared.limiter();
    return switch (name) {
      case OURS -> ours(environment, limiter, false, store -> store);
      case NEAR -> ours(environment, limiter, true, store -> store);
      case NO_LIMITER -> ours(environment, null, false, store -> store);
      case FORGETS -> ours(environment, limiter, false, OutageMutants::forgetsFailed);
      case NO_TOKEN -> ours(environment, limiter, false, OutageMutants::noTokenCheck);
      case TRUSTING -> ours(environment, limiter, true, NearMutants::alwaysTrusted);
      case KEEPS_LEASES -> ours(environment, limiter, false, OutageMutants::keepsLeases);
      default -> Subjects.open(name, environment);
    };
  }

  private static Subject ours(
      Subject.Environment environment,
      @Nullable OriginLimiter limiter,
      boolean near,
      UnaryOperator<CacheStore> mutation) {
    return new LimitedSubject(environment, new LimitedSubject.Options(limiter, near, mutation));
  }
}
