package io.github.cacheaside;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which room may know what. */
final class ArchitectureTest {
  private static final String ROOT = "io.github.cacheaside";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.github.cacheaside");

  @Test
  void onlyTheRedisPackageKnowsLettuce() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.github.cacheaside.redis..")
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

  /** From the bottom to the top; a room knows itself and those before it, and no other. */
  private static final List<String> ROOMS =
      List.of(
          "spi",
          "",
          "codec",
          "engine.base",
          "engine.guard",
          "engine.entry",
          "engine.load",
          "engine.write",
          "engine.read",
          "engine");

  /** What the upper rooms know, too: small things without behaviour. */
  private static final Set<String> GROUND = Set.of("spi", "", "codec", "engine.base");

  @Test
  void noRoomImportsARoomAboveIt() {
    List<String> upwards = new ArrayList<>();
    for (JavaClass from : CLASSES) {
      int floor = ROOMS.indexOf(room(from));
      for (JavaClass to : dependencies(from)) {
        int other = ROOMS.indexOf(room(to));
        boolean ground = GROUND.contains(room(from)) && GROUND.contains(room(to));
        if (floor >= 0 && (other > floor || other < 0) && !ground) {
          upwards.add(from.getSimpleName() + " -> " + to.getSimpleName());
        }
      }
    }
    upwards.removeIf(arrow -> arrow.startsWith("CacheAsideBuilder -> ")); // it is the door
    assertThat(upwards).isEmpty();
  }

  @Test
  void aStoreKnowsNothingOfTheEngine() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".redis..", ROOT + ".metrics..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".engine..")
        .check(CLASSES);
  }

  /** Of the classes of a file all count as one. */
  @Test
  void noMoreThanThreeClassesStandInACircle() {
    List<List<String>> circles = new Circles(CLASSES).all();
    System.out.println("largest circles: " + circles.subList(0, Math.min(6, circles.size())));
    assertThat(circles).allSatisfy(circle -> assertThat(circle).hasSizeLessThanOrEqualTo(3));
  }

  @Test
  void aRoomHasAtMost35Files() {
    Map<String, Long> files =
        CLASSES.stream()
            .filter(JavaClass::isTopLevelClass)
            .collect(groupingBy(JavaClass::getPackageName, TreeMap::new, counting()));
    System.out.println("classes a room: " + files);
    assertThat(files.values()).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(35));
  }

  private static String room(JavaClass of) {
    String name = of.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }

  private static Set<JavaClass> dependencies(JavaClass from) {
    return from.getDirectDependenciesFromSelf().stream()
        .map(dependency -> dependency.getTargetClass().getBaseComponentType())
        .filter(to -> to.getPackageName().startsWith(ROOT))
        .collect(toSet());
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
