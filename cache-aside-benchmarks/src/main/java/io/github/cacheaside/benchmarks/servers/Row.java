package io.github.cacheaside.benchmarks.servers;

import java.io.Serializable;

/**
 * What is cached: the counter that the oracle compares, and some weight.
 *
 * @param key the row's key
 * @param version raised by one with every write of the key
 * @param text about 200 characters
 */
public record Row(long key, long version, String text) implements Serializable {
  private static final long serialVersionUID = 1;

  public static Row of(long key, long version) {
    return new Row(key, version, "x".repeat(200));
  }
}
