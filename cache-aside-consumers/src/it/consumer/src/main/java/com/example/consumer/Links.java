package com.example.consumer;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.cacheaside.CacheAside;
import io.github.cacheaside.jdbc.SqlCache;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every class, method and field that the library refers to must be on this class path. */
final class Links {
  /** Classes, and those within them, that are only used where what they refer to is there. */
  private static final Set<String> GUARDED =
      Set.of(
          "io.github.cacheaside.jdbc.tables.ParsedStatement",
          "io.github.cacheaside.redis.MaintenanceNotifications$SinceLettuce7");

  private Links() {}

  static void check() {
    JavaClasses library =
        new ClassFileImporter().importUrls(List.of(jar(CacheAside.class), jar(SqlCache.class)));
    Set<String> missing = new TreeSet<>();
    boolean hasJackson3 = ClassPath.hasJackson3();
    for (JavaClass type : library) {
      if (GUARDED.stream().noneMatch(type.getName()::startsWith) && (hasJackson3 || !isOfJackson3(type))) {
        addMissing(type, missing);
      }
    }
    if (library.size() < 100 || !missing.isEmpty()) {
      throw new AssertionError(
          "of "
              + library.size()
              + " classes, some refer to what is not there:\n"
              + String.join("\n", missing));
    }
    System.out.println("consumer: " + library.size() + " classes find what they refer to");
  }

  private static boolean isOfJackson3(JavaClass type) {
    return type.getName()
        .matches("io[.]github[.]cacheaside[.]codec[.](Reasons[$])?(Jackson3|Json3).*");
  }

  private static URL jar(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static boolean exists(String className) {
    try {
      Class.forName(className, false, Links.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static void addMissing(JavaClass type, Set<String> missing) {
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      JavaClass target = dependency.getTargetClass().getBaseComponentType();
      if (!target.isPrimitive() && !exists(target.getName())) {
        missing.add(type.getName() + ": " + target.getName());
      }
    }
    for (JavaAccess<?> access : type.getAccessesFromSelf()) {
      boolean anySignature = access.getTargetOwner().isEquivalentTo(MethodHandle.class);
      boolean ofArray = access.getTargetOwner().isArray(); // its clone() and length
      if (!anySignature && !ofArray && access.getTarget().resolveMember().isEmpty()) {
        missing.add(type.getName() + ": " + access.getTarget().getFullName());
      }
    }
  }
}
