package io.github.cacheaside;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which room may know what. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.github.cacheaside");

  @Test
  void onlyTheRedisPackageKnowsLettuce() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.github.cacheaside.redis")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.lettuce..")
        .check(CLASSES);
  }

  /** The applications in cache-aside-consumers look for all others; these have a place. */
  @Test
  void onlyAGuardedClassKnowsWhatOlderLettucesLack() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.MaintenanceNotifications\\$SinceLettuce7")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("io\\.lettuce\\.core\\.MaintNotifications.*")
        .check(CLASSES);
  }

  @Test
  void nothingKnowsWhatNetty41Lacks() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "io\\.netty\\.channel\\.(.*\\.)?(.*Io(Event.*|Handler.*|Registration|Ops))")
        .check(CLASSES);
  }

  @Test
  void onlyTheMetricsPackageKnowsMicrometer() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.github.cacheaside.metrics")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCircuitBreakerKnowsFailsafe() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(CircuitBreaker.class.getName())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.failsafe..")
        .check(CLASSES);
  }

  @Test
  void onlyTheAlgorithmsKnowTheLibrariesThatCompress() {
    noClasses()
        .that()
        .haveSimpleNameNotStartingWith("Zstandard")
        .and()
        .haveSimpleNameNotStartingWith("Lz4")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.github.luben..", "net.jpountz..")
        .check(CLASSES);
  }

  @Test
  void theEngineKnowsNoStore() {
    noClasses()
        .that()
        .resideInAPackage("io.github.cacheaside")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.github.cacheaside.redis", "io.github.cacheaside.metrics")
        .check(CLASSES);
  }

  @Test
  void nothingKnowsSqlOrTests_butForItsDatesAsValues() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("javax.sql..", "org.junit..")
        .check(CLASSES);
    noClasses()
        .that()
        .doNotHaveSimpleName("Scalar")
        .and()
        .doNotHaveSimpleName("TypeRules")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..")
        .check(CLASSES);
  }

  /** They start a thread that never ends and keeps the class loader of whoever came first. */
  @Test
  void nothingStartsTheTimerOfTheJdk() {
    noClasses()
        .should()
        .callMethodWhere(
            target(nameMatching("orTimeout|completeOnTimeout|delayedExecutor"))
                .and(target(owner(type(CompletableFuture.class)))))
        .check(CLASSES);
  }
}
