package io.github.cacheaside.benchmarks.workers;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Wrong clocks for worker JVMs, by the library of the Debian package {@code faketime}. It is
 * preloaded rather than run by its program, which would be a process between us and the worker.
 */
public final class FakeTime {
  private static final Path LIBRARIES = Path.of("/usr", "lib");
  private static final String LIBRARY = "faketime/libfaketime.so.1";

  private FakeTime() {}

  /** What to put before a command so that its wall clock is wrong, and its monotonic one right. */
  public static List<String> wrapper(int hoursAhead) throws IOException {
    return List.of(
        "env",
        "LD_PRELOAD=" + library(),
        String.format("FAKETIME=%+dh", hoursAhead),
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        // else every look at a clock takes a lock, and a JVM looks often
        "FAKETIME_DISABLE_SHM=1",
        "FAKETIME_FORCE_MONOTONIC_FIX=0");
  }

  private static Path library() throws IOException {
    try (DirectoryStream<Path> platforms = Files.newDirectoryStream(LIBRARIES)) {
      for (Path platform : platforms) {
        if (Files.exists(platform.resolve(LIBRARY))) {
          return platform.resolve(LIBRARY);
        }
      }
    }
    throw new IllegalStateException(
        "wrong clocks need libfaketime: apt-get install faketime, then try again");
  }
}
