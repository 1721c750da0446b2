package io.github.cacheaside.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * JMH finds the benchmarks, so its annotation processor has run; and they are those of the page.
 */
final class JmhTest {
  private static final Path PAGE =
      Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"))
          .resolve("docs")
          .resolve("measured-speed.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+Benchmark)` \\|");

  @Test
  void theBenchmarksAreThoseOfThePage() throws IOException {
    List<String> found =
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
            .stream()
            .map(one -> one.getUserClassQName().replaceFirst(".*\\.", ""))
            .distinct()
            .toList();
    Matcher rows = ROW.matcher(Files.readString(PAGE));
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(rows.results().map(row -> row.group(1)).toList());
  }

  @Test
  void aBenchmarkRuns() throws Exception {
    Options quick =
        new OptionsBuilder()
            .include("ValueBenchmark.decode$")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(10))
            .verbosity(VerboseMode.SILENT)
            .build();
    assertThat(new Runner(quick).run())
        .singleElement()
        .extracting(RunResult::getPrimaryResult)
        .satisfies(result -> assertThat(result.getScore()).isPositive());
  }
}
