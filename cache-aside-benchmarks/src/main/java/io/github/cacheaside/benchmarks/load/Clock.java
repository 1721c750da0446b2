package io.github.cacheaside.benchmarks.load;

/** The time of callers, in nanoseconds; tests have one of their own. */
interface Clock {
  /** {@link System#nanoTime}. */
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleepUntil(long nanos) {
          Stalls.sleepUntil(nanos);
        }
      };

  long nanos();

  /** Returns at once if that is over. */
  void sleepUntil(long nanos);
}
