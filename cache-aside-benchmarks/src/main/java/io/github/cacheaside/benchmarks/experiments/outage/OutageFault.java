package io.github.cacheaside.benchmarks.experiments.outage;

import java.util.Locale;

/** How Redis is away. */
enum OutageFault {
  FROZEN("frozen"),
  /** What it had is lost. */
  KILLED("killed, back empty"),
  /** It comes back with what it had 3 seconds before, as after a failover or from a snapshot. */
  RESTORED("killed, back with older data");

  private final String heading;

  OutageFault(String heading) {
    this.heading = heading;
  }

  String heading() {
    return heading;
  }

  /** The name of a figure under this fault. */
  String figure(String name) {
    return name().toLowerCase(Locale.ROOT) + "_" + name;
  }
}
