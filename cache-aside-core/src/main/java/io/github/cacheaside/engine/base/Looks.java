package io.github.cacheaside.engine.base;

import io.github.cacheaside.Look;
import io.github.cacheaside.Read;

/** Makes a {@link Look} of what a read has answered. */
public final class Looks {
  private Looks() {}

  public static <V> Look<V> of(Read<V> read) {
    V value = read.value();
    return value == null
        ? new Look.Absent<>(read.outcome())
        : new Look.Hit<>(value, read.outcome());
  }
}
