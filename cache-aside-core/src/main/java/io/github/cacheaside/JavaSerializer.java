package io.github.cacheaside;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Java serialization that reads nothing but an allow-list. */
final class JavaSerializer<V extends Serializable> implements Serializer<V> {
  private static final long MAX_REFERENCES = 100_000;
  private static final long MAX_DEPTH = 64;
  private static final long MAX_ARRAY = 1_000_000;
  // Object and Map.Entry: what the arrays inside collections are made of; neither holds anything.
  private static final Set<Class<?>> ALWAYS =
      Set.of(
          String.class,
          Boolean.class,
          Character.class,
          Number.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          Enum.class,
          Object.class,
          Map.Entry.class);

  /** Immutable values, and the class that stands for them on the wire, which is not public. */
  private static final String JAVA_TIME = "java.time";

  private final Class<V> type;
  private final Set<Class<?>> allowed;

  JavaSerializer(Class<V> type, Class<?>... alsoAllowed) {
    this.type = Objects.requireNonNull(type, "type");
    Set<Class<?>> classes = new HashSet<>(ALWAYS);
    classes.add(type);
    classes.addAll(List.of(alsoAllowed));
    this.allowed = Set.copyOf(classes);
  }

  @Override
  public byte[] serialize(V value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  @Override
  public V deserialize(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      in.setObjectInputFilter(new Filter(bytes.length));
      return type.cast(Objects.requireNonNull(in.readObject(), "null"));
    }
  }

  /**
   * For one value. Arrays are allocated before their elements are read, so lengths are added up:
   * each element takes a byte of the stream at least, and the tables of a collection have eight
   * places an element at most, sixteen if it is small.
   */
  private final class Filter implements ObjectInputFilter {
    private long elementsLeft;

    Filter(int bytes) {
      elementsLeft = 8L * bytes;
    }

    @Override
    public Status checkInput(FilterInfo info) {
      if (info.depth() > MAX_DEPTH
          || info.references() > MAX_REFERENCES
          || info.arrayLength() > MAX_ARRAY) {
        return Status.REJECTED;
      }
      elementsLeft -= Math.max(0, info.arrayLength());
      Class<?> seen = info.serialClass();
      while (seen != null && seen.isArray()) {
        seen = seen.getComponentType();
      }
      boolean known =
          seen == null
              || seen.isPrimitive()
              || allowed.contains(seen)
              || seen.getPackageName().equals(JAVA_TIME);
      return known && elementsLeft >= 0 ? Status.ALLOWED : Status.REJECTED;
    }
  }
}
