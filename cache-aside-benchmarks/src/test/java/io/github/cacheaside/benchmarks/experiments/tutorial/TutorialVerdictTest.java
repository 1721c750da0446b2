package io.github.cacheaside.benchmarks.experiments.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.experiments.tutorial.TutorialVerdict.Found;
import io.github.cacheaside.benchmarks.report.Figures;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class TutorialVerdictTest {
  private final Map<String, Found> found = new LinkedHashMap<>();

  TutorialVerdictTest() {
    found.put(TutorialVerdict.DATABASE, new Found(10, 500, 0, 0, 0));
    found.put(Subjects.LEASE, new Found(120, 500, 0, 0, 0));
    found.put(Subjects.NAIVE, new Found(150, 500, 3, 0, 0));
    found.put("jetcache", new Found(110, 500, 0, 0, 0));
    found.put("spring", new Found(500, 500, 0, 1, 0));
  }

  private Result judged(String subject) {
    Result result = new Result("tutorial-load", subject);
    TutorialVerdict.judge(result, found);
    return result;
  }

  @Test
  void tenTimesTheDatabase_freshAndAheadOfCoherentPeers_isOk() {
    assertThat(judged(Subjects.LEASE).verdict()).isEqualTo("ok");
  }

  @Test
  void lessThanTenTimesTheDatabaseFails() {
    found.put(TutorialVerdict.DATABASE, new Found(12.1, 500, 0, 0, 0));
    assertThat(judged(Subjects.LEASE).failures())
        .containsExactly("at least 10 times the database alone");
  }

  @Test
  void behindAPeerInWhichNothingStaleWasSeenFails() {
    found.put("jetcache", new Found(120, 500, 0, 0, 0));
    assertThat(judged(Subjects.LEASE).failures())
        .containsExactly("ahead of jetcache in which nothing stale was seen");
  }

  @Test
  void staleReadsAndErrorsFail() {
    found.put(Subjects.LEASE, new Found(120, 500, 1, 0, 0));
    assertThat(judged(Subjects.LEASE).failures()).hasSize(1);
    found.put(Subjects.LEASE, new Found(120, 500, 0, 1, 0));
    assertThat(judged(Subjects.LEASE).failures()).hasSize(1);
    found.put(Subjects.LEASE, new Found(120, 500, 0, 0, 1));
    assertThat(judged(Subjects.LEASE).failures()).hasSize(1);
  }

  @Test
  void whoNeverInvalidatesMustBeSeenToBeStale() {
    found.put(TutorialVerdict.AWS, new Found(9_000, 500, 1, 0, 0));
    assertThat(judged(TutorialVerdict.AWS).verdict()).isEqualTo("ok");
    found.put(TutorialVerdict.AWS, new Found(9_000, 500, 0, 0, 0));
    assertThat(judged(TutorialVerdict.AWS).verdict()).isEqualTo("FAILED");
  }

  @Test
  void aNaiveCacheMayBeLuckyInAFewReads_notInMany() {
    found.put(Subjects.NAIVE, new Found(150, 500, 0, 0, 0));
    assertThat(judged(Subjects.NAIVE).verdict()).isEqualTo("reported");
    found.put(Subjects.NAIVE, new Found(150, TutorialVerdict.MANY, 0, 0, 0));
    assertThat(judged(Subjects.NAIVE).verdict()).isEqualTo("FAILED");
    found.put(Subjects.NAIVE, new Found(150, TutorialVerdict.MANY, 1, 0, 0));
    assertThat(judged(Subjects.NAIVE).verdict()).isEqualTo("ok");
  }

  @Test
  void peersAndTheDatabaseAreOnlyReported() {
    assertThat(List.of(judged("jetcache").verdict(), judged(TutorialVerdict.DATABASE).verdict()))
        .containsOnly("reported");
  }

  /** The column that says who is not coherent is no opinion: their stale reads are on file. */
  @Test
  void whoIsCalledIncoherentWasSeenToBe_andWeWereNot() throws IOException {
    Path results =
        Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"))
            .resolve("docs/results");
    Figures coherence = Figures.read(results, "coherence");
    for (String subject : TutorialVerdict.STALE_IN_COHERENCE) {
      assertThat(stale(coherence, subject)).as(subject).isPositive();
      assertThat(TutorialVerdict.known(subject)).startsWith("not coherent");
    }
    assertThat(stale(coherence, Subjects.LEASE)).isZero();
    assertThat(TutorialVerdict.known(Subjects.LEASE)).isEqualTo("coherent");
  }

  private static long stale(Figures figures, String subject) {
    return Long.parseLong(figures.of(subject).getOrDefault("stale_after_ack", "missing"));
  }
}
