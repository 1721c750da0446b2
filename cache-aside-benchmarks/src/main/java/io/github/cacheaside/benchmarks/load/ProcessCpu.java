package io.github.cacheaside.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the threads of this process have taken of the processors, those of the JVM included. Linux
 * tells it to the nanosecond; the JDK's figure has steps of 10 ms, as long as a hundred hits.
 */
final class ProcessCpu {
  private static final Path THREADS = Path.of("/proc/self/task");
  private static final Path FIRST = THREADS.resolve(Long.toString(ProcessHandle.current().pid()));
  private static final String TIMES = "schedstat";

  private ProcessCpu() {}

  /** Nanoseconds so far. A thread that has ended is not counted any more on Linux. */
  static long nanos() {
    return Files.isReadable(FIRST.resolve(TIMES)) ? ofAllThreads() : ofTheJdk();
  }

  private static long ofAllThreads() {
    long sum = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        sum += of(thread);
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long of(Path thread) {
    try {
      String times = Files.readString(thread.resolve(TIMES));
      return Long.parseLong(times.substring(0, times.indexOf(' ')));
    } catch (IOException e) {
      return 0; // it has just ended
    }
  }

  private static long ofTheJdk() {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      return system.getProcessCpuTime();
    }
    throw new IllegalStateException("this JVM does not tell how much of the processors it takes");
  }
}
