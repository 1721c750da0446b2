package io.github.cacheaside.benchmarks.experiments.near;

import java.util.Locale;

/** What happens to a reader with a near cache. */
enum NearFault {
  NONE("no fault"),
  LATE("news held up"),
  LOST("all lost from some moment"),
  HALF_OPEN("half-open"),
  CUT("cut and refused"),
  KILLED("`CLIENT KILL`"),
  FROZEN("Redis stopped"),
  FLUSHED("`FLUSHALL`"),
  FAILOVER("failover"),
  /** Nothing is promised: what is lost out of the middle of a connection is not missed. */
  NEWS_LOST("only news lost");

  private final String heading;

  NearFault(String heading) {
    this.heading = heading;
  }

  String heading() {
    return heading;
  }

  boolean isJudged() {
    return this != NEWS_LOST;
  }

  /** The name of a figure under this fault. */
  String figure(String name) {
    return name().toLowerCase(Locale.ROOT) + "_" + name;
  }
}
