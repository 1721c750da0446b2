package io.github.cacheaside.benchmarks.experiments.tutorial;

import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.util.List;
import java.util.Map;

/** Judges what was measured. */
final class TutorialVerdict {
  static final double TIMES_DATABASE = 10;

  /** So many reads of a naive cache beside writes can't all have been lucky. */
  static final long MANY = 10_000;

  static final String DATABASE = "database";
  static final String AWS = "aws-jdbc";
  static final List<String> OURS = List.of(Subjects.LEASE, Subjects.NEAR);

  /** Those that the experiment {@code coherence} has seen to return stale values after a write. */
  static final List<String> STALE_IN_COHERENCE =
      List.of(Subjects.NAIVE, "jetcache", Subjects.REDISSON, "spring");

  static final List<String> PEERS = List.of("jetcache", Subjects.REDISSON, "spring", AWS);

  private TutorialVerdict() {}

  /**
   * What was measured of one subject.
   *
   * @param perSecond the median of its rounds
   * @param reads how many
   * @param stale reads that returned less than had been acknowledged before they began
   * @param permanent those that still did when all had come to rest
   * @param errors reads that failed
   */
  record Found(double perSecond, long reads, long stale, long permanent, long errors) {

    /** Whether nothing stale was seen; which in a short run may be luck. */
    boolean coherent() {
      return stale + permanent == 0;
    }
  }

  /** Adds what is promised of a subject's reads without an index; peers promise nothing. */
  static void judge(Result result, Map<String, Found> all) {
    String subject = result.subject();
    Found mine = all.get(subject);
    if (mine == null) {
      throw new IllegalArgumentException("not measured: " + subject);
    }
    if (OURS.contains(subject)) {
      fast(result, mine, all);
    }
    judgeCoherence(result, mine);
  }

  /** What is known of a subject beyond this run, in which it may have had luck. */
  static String known(String subject) {
    if (subject.equals(DATABASE)) {
      return "coherent: no cache";
    }
    if (subject.equals(AWS)) {
      return "not coherent: only the TTL ends an entry";
    }
    if (STALE_IN_COHERENCE.contains(subject)) {
      return "not coherent: see coherence";
    }
    return subject.equals(Subjects.NEAR) ? "coherent in one JVM" : "coherent";
  }

  /**
   * Adds what goes for any reads, quick or slow. Two subjects must be seen to be stale, else the
   * zeros of others are worth nothing: the one that never invalidates, always; and the naive cache
   * where reads are so many that races are certain.
   */
  static void judgeCoherence(Result result, Found mine) {
    String subject = result.subject();
    if (OURS.contains(subject)) {
      result
          .must(mine.stale() == 0, "no stale read after a write returned")
          .must(mine.permanent() == 0, "nothing stale after everything came to rest")
          .must(mine.errors() == 0, "no error reaches a reader");
    } else if (subject.equals(AWS) || (subject.equals(Subjects.NAIVE) && mine.reads() >= MANY)) {
      result.mustFail(!mine.coherent());
    }
  }

  private static void fast(Result result, Found mine, Map<String, Found> all) {
    all.forEach(
        (other, found) -> {
          if (other.equals(DATABASE)) {
            result.must(
                mine.perSecond() >= TIMES_DATABASE * found.perSecond(),
                "at least 10 times the database alone");
          } else if (!OURS.contains(other) && found.coherent()) {
            result.must(
                mine.perSecond() > found.perSecond(),
                "ahead of " + other + " in which nothing stale was seen");
          }
        });
  }
}
