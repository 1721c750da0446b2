package io.github.cacheaside;

/** Makes a {@link Look} of what a read has answered. */
final class Looks {
  private Looks() {}

  static <V> Look<V> of(Read<V> read) {
    V value = read.value();
    return value == null
        ? new Look.Absent<>(read.outcome())
        : new Look.Hit<>(value, read.outcome());
  }
}
