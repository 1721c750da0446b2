package io.github.cacheaside.redis;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.LettuceVersion;
import io.netty.util.Version;
import java.util.function.Supplier;

/**
 * Lettuce and Netty as they are on the class path, where an application's BOM may have replaced the
 * versions that this library was built with.
 */
final class Versions {
  private Versions() {}

  /** Whether a class is there; does not initialize it. */
  static boolean has(String className) {
    try {
      Class.forName(className, false, Versions.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** For an error of the JVM that names only the class or method it has not found. */
  static IllegalStateException unfit(LinkageError cause) {
    return new IllegalStateException(
        "cache-aside needs Lettuce 6.6 to 7.7 and the Netty that Lettuce asks for, but found"
            + " Lettuce "
            + known(LettuceVersion::getVersion)
            + " with Netty "
            + known(() -> requireNonNull(Version.identify().get("netty-common")).artifactVersion())
            + "; with a BOM of Spring Boot, the properties lettuce.version and netty.version set"
            + " them: "
            + cause,
        cause);
  }

  private static String known(Supplier<String> version) {
    try {
      return version.get();
    } catch (RuntimeException | LinkageError e) {
      return "of an unknown version";
    }
  }
}
