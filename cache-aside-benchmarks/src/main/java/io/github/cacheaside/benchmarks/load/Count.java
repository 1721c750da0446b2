package io.github.cacheaside.benchmarks.load;

/** What workers count on the {@link SharedMemory}. */
public enum Count {
  READS,
  WRITES,
  LOADS,
  ABSENT_READS,
  OWN_READS,
  STALE_AFTER_ACK,
  STALE_AFTER_COMMIT,
  STALE_ABSENT,
  STALE_OWN,
  PERMANENT_STALE,
  CHECKED,
  READ_ERRORS,
  WRITE_ERRORS,
  WRITE_RETRIES,
  ABANDONED,
  ROLLED_BACK,
  FENCE_LOST
}
