package io.github.cacheaside.benchmarks.experiments.outage;

import io.github.cacheaside.OriginLimiter;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.subjects.LimitedSubject;
import io.github.cacheaside.benchmarks.subjects.NearSubjects;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import java.time.Duration;
import java.util.function.Supplier;

/** The subjects that go through outages, by name. */
public final class OutageSubjects {
  public static final String OURS = Subjects.LEASE;
  public static final String NEAR = Subjects.NEAR;
  static final String NO_LIMITER = "cache-aside-without-limiter";
  public static final String FORGETS = "mutant-forgets-failed-invalidations";
  public static final String NO_TOKEN = Subjects.NO_TOKEN;
  public static final String TRUSTING = NearSubjects.TRUSTING;
  public static final String KEEPS_LEASES = "mutant-keeps-leases";
  public static final String NAIVE = Subjects.NAIVE;

  /** How many loads may run at once, in all nodes together. */
  public static final int PLACES = 8;

  private static final Duration LEASE = Duration.ofSeconds(5);

  private OutageSubjects() {}

  /** What all nodes of a run share: one database, and one limit for it. */
  public record Shared(Database database, OriginLimiter limiter, Supplier<Duration> ttl) {}

  public static Subject open(String name, String redis, Shared shared) {
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
              new LimitedSubject.Options(
                  name, limiter, false, MutantStores.forgetsFailedDrops(Callers.WRITER)));
      case NO_TOKEN ->
          new LimitedSubject(
              environment,
              new LimitedSubject.Options(name, limiter, false, MutantStores::noTokenCheck));
      case TRUSTING ->
          new LimitedSubject(
              environment,
              new LimitedSubject.Options(name, limiter, true, MutantStores::feedAlwaysTrusted));
      case KEEPS_LEASES ->
          new LimitedSubject(
              environment,
              new LimitedSubject.Options(name, limiter, false, MutantStores::keepsLeases));
      default -> Subjects.open(name, environment);
    };
  }
}
