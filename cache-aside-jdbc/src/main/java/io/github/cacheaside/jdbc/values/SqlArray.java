package io.github.cacheaside.jdbc.values;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An array as a parameter: the class of its elements, boxed, and they themselves. */
public record SqlArray(Class<?> component, List<@Nullable Object> elements) {
  /** Names no value: it may be secret. */
  @Override
  public String toString() {
    return "SqlArray[" + component.getSimpleName() + ", " + elements.size() + "]";
  }
}
