package io.github.cacheaside.jdbc.values;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The column labels of one result, shared by its rows. */
public final class Columns {
  private static final int AMBIGUOUS = -1;

  private final List<String> labels;
  private final Map<String, Integer> exact = new HashMap<>();
  private final Map<String, Integer> anyCase = new HashMap<>();

  public Columns(List<String> labels) {
    this.labels = List.copyOf(labels);
    for (int i = 0; i < labels.size(); i++) {
      put(exact, labels.get(i), i);
      put(anyCase, lower(labels.get(i)), i);
    }
  }

  private static void put(Map<String, Integer> indexes, String label, int index) {
    indexes.merge(label, index, (first, second) -> AMBIGUOUS);
  }

  private static String lower(String label) {
    return label.toLowerCase(Locale.ROOT);
  }

  public List<String> labels() {
    return labels;
  }

  public int size() {
    return labels.size();
  }

  /** Where a label is; an exact match goes before one that differs in case. */
  public int indexOf(String label) {
    Integer index = exact.get(label);
    if (index == null) {
      index = anyCase.get(lower(label));
    }
    if (index == null) {
      throw new IllegalArgumentException("no column " + label + " among " + labels);
    }
    if (index == AMBIGUOUS) {
      throw new IllegalArgumentException(
          "more than one column " + label + " among " + labels + "; take it by index");
    }
    return index;
  }

  public boolean hasDuplicates() {
    return exact.size() < labels.size();
  }

  /** A label that occurs more than once. */
  public String duplicate() {
    return labels.stream()
        .filter(label -> Collections.frequency(labels, label) > 1)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Columns that && labels.equals(that.labels);
  }

  @Override
  public int hashCode() {
    return labels.hashCode();
  }

  @Override
  public String toString() {
    return labels.toString();
  }
}
