package io.github.cacheaside.benchmarks.experiments.failover;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.Read;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.LeaseSubject;
import io.github.cacheaside.benchmarks.subjects.NaiveSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The subjects that meet a failover, by name. Each instance has connections of its own. */
final class FailoverSubjects {
  static final String NOT_REPEATED = "mutant-no-repeat";

  static final List<String> OURS = List.of(Subjects.LEASE, Subjects.NEAR);
  static final List<String> MUST_FAIL = List.of(NOT_REPEATED, Subjects.NAIVE);
  static final List<String> ALL =
      Stream.of(OURS, MUST_FAIL, List.of("jetcache", Subjects.REDISSON, "spring"))
          .flatMap(List::stream)
          .toList();

  private static final Duration TTL = Duration.ofHours(1);

  private FailoverSubjects() {}

  static Subject open(String name, String redis, Database database) {
    Subject.Environment environment =
        new Subject.Environment(
            redis,
            database,
            () -> TTL,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            new Writes(database, 0, count -> {}));
    return name.equals(NOT_REPEATED)
        ? new LeaseSubject(environment, MutantStores::neverReconnects)
        : Subjects.open(name, environment);
  }

  /** Peers are looked at with Sentinel only. */
  static List<String> at(String topology, List<String> wanted) {
    return wanted.stream()
        .filter(
            name ->
                topology.equals(FailoverServers.SENTINEL)
                    || OURS.contains(name)
                    || MUST_FAIL.contains(name))
        .toList();
  }

  /** Ours says where an answer is from; of others it is known only that they threw. */
  static FailoverReader.Reading reading(Subject subject) {
    if (!(subject instanceof LeaseSubject ours)) {
      return key -> new FailoverReader.Answer(subject.get(key), true);
    }
    CacheAside<Long, Row> cache = ours.cache();
    return key -> {
      Read<Row> read = cache.read(key);
      return new FailoverReader.Answer(
          NaiveSubject.version(read.value()), read.outcome() != Outcome.BYPASSED);
    };
  }
}
