package io.github.cacheaside.benchmarks.experiments.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.cacheaside.benchmarks.experiments.outage.Callers;
import io.github.cacheaside.benchmarks.report.Result;
import io.github.cacheaside.benchmarks.subjects.LimitedSubject;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What this process holds, looked at while everything is at rest and garbage is collected. It is
 * flat if the median of the last third of the looks is no higher than that of the first third, but
 * for a tolerance.
 */
final class LeakChecks {
  private static final long KIBIBYTE = 1 << 10;

  /** Classes of the library, not those of its experiments. */
  private static final String OURS = "io.github.cacheaside.";

  private static final String EXPERIMENTS = "io.github.cacheaside.benchmarks.";

  /** What is looked at, and by how much it may grow: by so many percent, or by so much. */
  enum What {
    HEAP_KB(10, 4_096),
    OBJECTS(10, 2_000),
    DIRECT_KB(25, 8_192),
    THREADS(0, 6),
    FILES(0, 12),
    QUEUED(0, 0);

    private final int percent;
    private final long most;

    What(int percent, long most) {
      this.percent = percent;
      this.most = most;
    }

    String figure(String name) {
      return name().toLowerCase(Locale.ROOT) + "_" + name;
    }

    boolean isFlat(long first, long last) {
      return last - first <= Math.max(most, first * percent / 100);
    }
  }

  /** What is left after a collection: of all classes, and of the library's. */
  private record Heap(long bytes, long objects) {}

  private final List<List<Long>> looks = new ArrayList<>();

  /** Looks once. */
  void look(List<Callers> allCallers) {
    Heap heap = heap();
    add(
        List.of(
            heap.bytes() / KIBIBYTE,
            heap.objects(),
            Math.max(0, PlatformDependent.usedDirectMemory()) / KIBIBYTE,
            (long) ManagementFactory.getThreadMXBean().getThreadCount(),
            openFiles(),
            queued(allCallers)));
  }

  /** Takes the figures of a look, in the order of {@link What}. */
  void add(List<Long> figures) {
    looks.add(List.copyOf(figures));
  }

  int size() {
    return looks.size();
  }

  /** The median of the first third. */
  long first(What what) {
    return median(what, 0, Math.max(1, looks.size() / 3));
  }

  /** The median of the last third. */
  long last(What what) {
    return median(what, looks.size() - Math.max(1, looks.size() / 3), looks.size());
  }

  boolean isFlat(What what) {
    return what.isFlat(first(what), last(what));
  }

  @SuppressWarnings("EnumOrdinal") // the figures of a look are in the order of the enum
  private long median(What what, int from, int to) {
    List<Long> sorted =
        looks.subList(from, to).stream()
            .map(figures -> figures.get(what.ordinal()))
            .sorted()
            .toList();
    return sorted.get(sorted.size() / 2);
  }

  /** Adds the figures to a result. */
  void report(Result result) {
    result.with("looks", size());
    for (What what : What.values()) {
      result.with(what.figure("first"), first(what)).with(what.figure("last"), last(what));
    }
  }

  /** What waits in the caches, and what they say is under way. */
  private static long queued(List<Callers> allCallers) {
    long queued = 0;
    for (Callers callers : allCallers) {
      for (Subject node : callers.nodes()) {
        if (node instanceof LimitedSubject own) {
          var health = own.health();
          queued +=
              health.pendingInvalidations()
                  + health.waitingLoads()
                  + health.runningLoads()
                  + health.flights();
        }
      }
    }
    return queued;
  }

  /** Collects garbage and counts what is left. */
  private static Heap heap() {
    long bytes = 0;
    long objects = 0;
    for (String line : histogram().lines().toList()) {
      List<String> words = List.of(line.strip().split("\\s+", -1));
      if (words.size() >= 4 && words.get(0).matches("\\d+:")) {
        bytes += Long.parseLong(words.get(2));
        boolean ours = words.get(3).startsWith(OURS) && !words.get(3).startsWith(EXPERIMENTS);
        objects += ours ? Long.parseLong(words.get(1)) : 0;
      }
    }
    return new Heap(bytes, objects);
  }

  /** What {@code jcmd GC.class_histogram} prints. */
  private static String histogram() {
    try {
      Object text =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      return String.valueOf(text);
    } catch (JMException e) {
      throw new IllegalStateException("this JVM tells nothing of its heap", e);
    }
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }
}
