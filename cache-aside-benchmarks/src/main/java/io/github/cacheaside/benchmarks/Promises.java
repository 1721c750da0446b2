package io.github.cacheaside.benchmarks;

import io.github.cacheaside.benchmarks.experiments.herd.HerdRun;
import io.github.cacheaside.benchmarks.report.Column;
import io.github.cacheaside.benchmarks.report.ExperimentSection;
import io.github.cacheaside.benchmarks.report.Figures;
import io.github.cacheaside.benchmarks.report.MarkdownTable;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.NearSubjects;
import io.github.cacheaside.benchmarks.subjects.Subjects;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the library promises, by the numbers of the protocol, and what was found of it. */
final class Promises {
  static final String NAME = "promises";

  /**
   * One promise.
   *
   * @param experiment where it is measured
   * @param found what is said of this library
   * @param without what is said of the same without what keeps the promise
   */
  private record Promise(
      String id, String text, String experiment, Finding found, Finding without) {}

  /** A sentence about one subject. */
  private record Finding(String subject, String template) {
    static final Finding NONE = new Finding("", "");

    String in(Figures figures) {
      if (template.isEmpty()) {
        return "–";
      }
      Map<String, String> found = figures.of(subject);
      return found.isEmpty()
          ? ExperimentSection.NOT_MEASURED
          : sentence(found) + ("FAILED".equals(found.get(Result.VERDICT)) ? BUT : "");
    }

    private String sentence(Map<String, String> found) {
      return new Column(subject, template)
          .fill(found)
          .orElseThrow(() -> new IllegalStateException(subject + " lacks " + template));
    }
  }

  private static final String BUT = " – **not all as expected, see there**";

  private static Finding ours(String template) {
    return new Finding(Subjects.LEASE, template);
  }

  private static Finding naive(String template) {
    return new Finding(Subjects.NAIVE, "naive cache: " + template);
  }

  private static final List<Promise> ALL =
      List.of(
          new Promise(
              "G1",
              "Nothing stays stale: once all is at rest, every JVM reads what the database holds",
              "coherence",
              ours("stale reads at rest: {permanent_stale/checked}"),
              naive("{permanent_stale/checked}")),
          new Promise(
              "G2",
              "A read that begins after a write has returned gets that write or a later one",
              "coherence",
              ours("stale reads: {stale_after_ack/reads}"),
              naive("{stale_after_ack/reads}")),
          new Promise(
              "G3",
              "Fenced: so does a read that begins after COMMIT, also if the writer is killed there",
              "fenced",
              new Finding(
                  Subjects.FENCED,
                  "stale reads: {stale_after_commit/reads}, {kills} writers killed"),
              ours("without fences: {stale_after_commit/reads}")),
          new Promise(
              "G4",
              "A fence that was lost is counted, and nothing old stays",
              "fenced",
              new Finding(
                  Subjects.FENCED,
                  "{stopped_counted} of {stopped_writers} stopped writers counted,"
                      + " {stopped_stale} stale reads afterwards"),
              Finding.NONE),
          new Promise(
              "G5",
              "One load for a key and lease, across JVMs",
              "herd",
              ours("{loads_per_cold} loads for a cold key, {loads_per_expiry} an expiry"),
              naive("{loads_per_cold}, {loads_per_expiry}")),
          new Promise(
              "G6",
              "A loader that dies holds others up for its lease at most; one that was stopped for"
                  + " longer fills nothing",
              "herd",
              ours(
                  "next load after {next_load_ms_max} ms at most, with leases of {lease_ms} ms;"
                      + " {late_fills_refused} of {holders_stopped} late fills refused"),
              new Finding(
                  Subjects.NO_TOKEN,
                  "without the check: {late_fills_refused} of {holders_stopped} refused")),
          new Promise(
              "G7",
              "Waiting for another JVM's load costs little more than the load, here "
                  + HerdRun.LOAD_MILLIS
                  + " ms",
              "herd",
              ours("99 % of waiters: {wait_p99_ms} ms for a cold key, {p99_ms} ms at an expiry"),
              naive("{wait_p99_ms} ms, {p99_ms} ms")),
          new Promise(
              "G8",
              "Few round trips; no command spans slots of a cluster, also while they migrate",
              "roundtrips",
              ours(
                  "hit {hit}, miss {miss}, invalidation {write}, fenced write {fenced_write}, 100"
                      + " hits {batch_hits}, 100 misses {batch_misses}; {crossslot} CROSSSLOT and"
                      + " {errors} errors in {cluster_calls} calls while {slots_moved} slots moved"),
              naive("hit {hit}, miss {miss}, invalidation {write}")),
          new Promise(
              "G9",
              "JVMs whose clocks are an hour wrong change nothing",
              "clocks",
              ours("stale reads: {stale_after_ack/reads}, at rest: {permanent_stale/checked}"),
              Finding.NONE),
          new Promise(
              "G10",
              "A near hit is no older than nearMaxLag, here "
                  + NearSubjects.MAX_LAG.toMillis()
                  + " ms, whatever becomes of the connection; nothing old stays near",
              "nearstale",
              new Finding(
                  NearSubjects.OURS, "oldest: {oldest_ms} ms; stale at rest: {permanent/checked}"),
              new Finding(
                  NearSubjects.NAIVE, "a map with a TTL: {oldest_ms} ms; {permanent/checked}")),
          new Promise(
              "G12",
              "Redis away for long: no read fails, no more loads at once than the limiter allows,"
                  + " no invalidation that failed is lost",
              "outage",
              ours(
                  "{read_errors} of {calls} reads failed; {most_loads} loads at once, {limit}"
                      + " allowed; lost: {lost/told_checked}"),
              naive("{read_errors} of {calls} reads failed; {most_loads} loads at once")),
          new Promise(
              "G15",
              "An absence that was cached ends with the insert",
              "coherence",
              ours("stale absences: {stale_absent/absent_reads}"),
              naive("{stale_absent/absent_reads}")),
          new Promise(
              "G16",
              "A thread sees its own write",
              "coherence",
              ours("stale reads: {stale_own/own_reads}"),
              naive("{stale_own/own_reads}")),
          new Promise(
              "G17",
              "Nothing survives its tag, loads under way included",
              "tags",
              new Finding(Subjects.TAGS_OF_KEY, "stale reads: {survivors/reads}"),
              new Finding(
                  Subjects.LATE_GENERATIONS,
                  "generations read after the load: {survivors/reads}")));

  private Promises() {}

  private static String place(String experiment) {
    return (experiment.equals("outage") ? "measured-failures.md#" : "measured-coherence.md#")
        + experiment;
  }

  /** All promises, with what the figures of each experiment say. */
  static String table(Function<String, Figures> figures) {
    MarkdownTable table =
        new MarkdownTable(List.of("", "promise", "experiment", "measured", "without the protocol"));
    for (Promise promise : ALL) {
      Figures found = figures.apply(promise.experiment());
      table.row(
          List.of(
              promise.id(),
              promise.text(),
              "[" + promise.experiment() + "](" + place(promise.experiment()) + ")",
              promise.found().in(found),
              promise.without().in(found)));
    }
    return table.toString();
  }
}
