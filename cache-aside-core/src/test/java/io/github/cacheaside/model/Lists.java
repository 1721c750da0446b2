package io.github.cacheaside.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Immutable lists of actors. */
final class Lists {
  private Lists() {}

  static <T> List<T> of(int count, T actor) {
    return List.copyOf(Collections.nCopies(count, actor));
  }

  static <T> List<T> with(List<T> list, int index, T actor) {
    List<T> copy = new ArrayList<>(list);
    copy.set(index, actor);
    return List.copyOf(copy);
  }
}
