package io.github.cacheaside.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.cacheaside.benchmarks.experiments.coherence.TrafficJob;
import io.github.cacheaside.benchmarks.workers.Worker;
import io.github.cacheaside.benchmarks.workers.WorkerSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which room of the benchmarks may use which, and how large they are. */
final class ArchitectureTest {
  private static final String ROOT = "io.github.cacheaside.benchmarks";
  private static final int LARGEST_PACKAGE = 25;
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  /** Of the module's own packages; nothing else is looked at. */
  @ParameterizedTest
  @CsvSource({
    "report,",
    "load, report",
    "servers, load report",
    "subjects, servers load report",
    "workers, servers load report",
    "experiments, subjects workers servers load report",
    "jmh, subjects servers load report"
  })
  void aRoomUsesOnlyThoseBelowIt(String room, String below) {
    List<String> allowed =
        Stream.concat(
                Stream.of(room),
                below == null ? Stream.empty() : Arrays.stream(below.split(" ", -1)))
            .map(name -> ROOT + "." + name + "..")
            .toList();
    noClasses()
        .that()
        .resideInAPackage(ROOT + "." + room + "..")
        .should()
        .dependOnClassesThat(
            describe(
                "are of the benchmarks and not in " + allowed,
                type ->
                    resideInAnyPackage(ROOT + "..").test(type)
                        && !resideInAnyPackage(allowed.toArray(String[]::new)).test(type)))
        .check(CLASSES);
  }

  @Test
  void noTwoPackagesUseEachOther() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** A worker is told the name of its job's class, and makes one. */
  @Test
  void aWorkerCanMakeEveryJob() {
    List<Class<?>> jobs =
        CLASSES.stream()
            .filter(type -> type.isAssignableTo(Worker.Job.class) && !type.isInterface())
            .<Class<?>>map(JavaClass::reflect)
            .toList();
    assertThat(jobs)
        .contains(TrafficJob.class)
        .hasSizeGreaterThan(2)
        .allSatisfy(
            job -> {
              assertThat(job).isPublic();
              assertThat(job.getConstructor(WorkerSetup.class, Consumer.class)).isNotNull();
            });
  }

  @Test
  void everyPackageHasAMap_andNoneIsTooLarge() throws IOException {
    Path sources =
        Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "basedir"))
            .resolve("cache-aside-benchmarks/src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      Map<Path, List<String>> packages =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .collect(
                  Collectors.groupingBy(
                      file -> Objects.requireNonNull(file.getParent()),
                      Collectors.mapping(
                          file -> Objects.requireNonNull(file.getFileName()).toString(),
                          Collectors.toList())));
      assertThat(packages)
          .hasSizeGreaterThan(10)
          .allSatisfy(
              (folder, names) ->
                  assertThat(names)
                      .contains("package-info.java")
                      .hasSizeLessThanOrEqualTo(LARGEST_PACKAGE));
    }
  }
}
