package io.github.cacheaside.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Fresh directories under the temp directory of the JVM, readable by this user only. */
final class TempDirectory {
  private TempDirectory() {}

  static Path create(String name) {
    try {
      return Files.createTempDirectory("cache-aside-" + name + "-").toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("no temp directory for " + name, e);
    }
  }

  /** Deletes what it can: a file still held open, as Windows does, must not fail a test. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      directory.toFile().deleteOnExit();
    }
  }
}
