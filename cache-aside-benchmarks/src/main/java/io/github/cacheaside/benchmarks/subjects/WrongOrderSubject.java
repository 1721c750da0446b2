package io.github.cacheaside.benchmarks.subjects;

import java.util.List;

/** This library where a writer takes the right steps in the wrong order: two mutants. */
final class WrongOrderSubject implements Subject {
  /** How one key is written. */
  private interface Write {
    long run(long key) throws Exception;
  }

  private final LeaseSubject original;
  private final Write write;

  private WrongOrderSubject(LeaseSubject original, Write write) {
    this.original = original;
    this.write = write;
  }

  /** Writers invalidate before they commit, not after. */
  static Subject dropBeforeCommit(Environment environment) {
    LeaseSubject original = new LeaseSubject(environment);
    return new WrongOrderSubject(
        original,
        key ->
            environment
                .database()
                .write(
                    key,
                    () -> environment.writes().untilDone(() -> original.cache().invalidate(key))));
  }

  /** The mark is placed when everything is over. */
  static Subject intentAfterCommit(Environment environment) {
    LeaseSubject original = new LeaseSubject(environment);
    return new WrongOrderSubject(
        original,
        key -> {
          long version = environment.writes().commit(key);
          environment.writes().untilDone(() -> original.cache().write(List.of(key), () -> {}));
          return version;
        });
  }

  @Override
  public long get(long key) {
    return original.get(key);
  }

  @Override
  public long write(long key) throws Exception {
    return write.run(key);
  }

  @Override
  public void close() {
    original.close();
  }
}
