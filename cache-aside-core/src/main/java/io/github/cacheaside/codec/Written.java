package io.github.cacheaside.codec;

import io.github.cacheaside.engine.base.Internal;
import org.jspecify.annotations.Nullable;

/** Decides whether what a serializer has written will come back equal, before it is cached. */
@Internal
public final class Written<V> {
  private final Class<?> type;
  private final boolean exactly;
  private final boolean open;

  /**
   * For values of a type.
   *
   * @param type the only class of values; an abstract one tells none
   * @param open whether only a value itself tells whether it comes back equal
   */
  Written(Class<?> type, boolean open) {
    this.type = type;
    this.exactly = !open && !type.isEnum() && !isContainer(type);
    this.open = open;
  }

  private static boolean isContainer(Class<?> type) {
    return type.isPrimitive() || type.isInterface() || type == java.util.Calendar.class;
  }

  /** Refuses a value whose class tells that it would not come back; asked before it is written. */
  void before(V value) throws RefusedValueException {
    if (!type.isPrimitive() && !type.isInstance(value)) {
      throw new RefusedValueException(
          value.getClass().getName()
              + " is no "
              + type.getName()
              + ", which is the declared type; values of another type need a cache of their own");
    }
    if (exactly && value.getClass() != type) {
      throw new RefusedValueException(
          value.getClass().getName()
              + " would come back as "
              + type.getName()
              + ", which is the declared type; declare the class, or annotate the type with"
              + " @JsonTypeInfo");
    }
  }

  /** Refuses a value that came back as another; asked when it is written. */
  void after(V value, Reading<V> reading) throws RefusedValueException {
    if (open) {
      compare(value, reading);
    }
  }

  /** Reads. */
  public interface Reading<V> {
    @Nullable V read() throws Exception;
  }

  /** Refuses a value that can't be read or is another one then. */
  public static <V> void compare(V value, Reading<V> reading) throws RefusedValueException {
    V back;
    try {
      back = reading.read();
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      throw new RefusedValueException(
          value.getClass().getName() + " could not be read again: " + Reasons.of(e), e);
    }
    String difference = Difference.between(value, back);
    if (difference != null) {
      throw new RefusedValueException(
          difference
              + "; declare a type that JSON keeps (a record, java.time, a fixed class instead of"
              + " Object), add type information, or write a Serializer");
    }
  }
}
