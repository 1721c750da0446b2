package io.github.cacheaside.benchmarks;

import io.github.cacheaside.OriginLimiter;
import java.time.Duration;
import java.util.function.Supplier;

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
      case OURS ->
          new LimitedSubject(
              environment, new LimitedSubject.Options(name, limiter, false, store -> store));
      case NEAR ->
          new LimitedSubject(
              environment, new LimitedSubject.Options(name, limiter, true, store -> store));
      case NO_LIMITER ->
          new LimitedSubject(
              environment, new LimitedSubject.Options(name, null, false, store -> store));
      case FORGETS ->
          new LimitedSubject(
              environment,
              new LimitedSubject.Options(name, limiter, false, OutageMutants::forgetsFailed));
      case NO_TOKEN ->
          new LimitedSubject(
              environment,
              new LimitedSubject.Options(name, limiter, false, OutageMutants::noTokenCheck));
      case TRUSTING ->
          new LimitedSubject(
              environment,
              new LimitedSubject.Options(name, limiter, true, NearMutants::alwaysTrusted));
      case KEEPS_LEASES ->
          new LimitedSubject(
              environment,
              new LimitedSubject.Options(name, limiter, false, OutageMutants::keepsLeases));
      default -> Subjects.open(name, environment);
    };
  }
}
