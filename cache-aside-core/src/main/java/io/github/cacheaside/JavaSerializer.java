package io.github.cacheaside;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Java serialization that reads nothing but an allow-list. */
final class JavaSerializer<V extends Serializable> implements Serializer<V> {
  private static final long MAX_REFERENCES = 100_000;
  private static final long MAX_DEPTH = 64;
  private static final long MAX_ARRAY = 1_000_000;
  private static final int MAX_HASHES = 4;
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
  private final Map<String, Class<?>> allowed;

  JavaSerializer(Class<V> type, Class<?>... alsoAllowed) {
    this.type = Objects.requireNonNull(type, "type");
    Set<Class<?>> classes = new HashSet<>(ALWAYS);
    classes.add(type);
    classes.addAll(List.of(alsoAllowed));
    this.allowed =
        classes.stream().collect(Collectors.toUnmodifiableMap(Class::getName, each -> each));
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
    try (ObjectInputStream in = new AllowedObjects(bytes)) {
      return type.cast(Objects.requireNonNull(in.readObject(), "null"));
    }
  }

  /**
   * A stream that never asks a class loader for a name that is not on the list: the first check,
   * before the filter's.
   */
  private final class AllowedObjects extends ObjectInputStream {
    AllowedObjects(byte[] bytes) throws IOException {
      super(new ByteArrayInputStream(bytes));
      setObjectInputFilter(new Limits(bytes.length)::check);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      String name = description.getName();
      int dimensions = name.lastIndexOf('[') + 1;
      if (dimensions > 0 && name.charAt(dimensions) != 'L') {
        return super.resolveClass(description); // an array of primitives
      }
      String element =
          dimensions == 0 ? name : name.substring(dimensions + 1, Math.max(2, name.length() - 1));
      Class<?> resolved = allowed.get(element);
      if (resolved == null && element.startsWith(JAVA_TIME + ".")) {
        resolved = Class.forName(element, false, null);
      }
      if (resolved == null) {
        throw new InvalidClassException(name, "not on the allow-list");
      }
      for (int i = 0; i < dimensions; i++) {
        resolved = resolved.arrayType();
      }
      return resolved;
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException {
      throw new InvalidClassException("proxies are not on the allow-list");
    }
  }

  /** What one stream may ask for; counts along. */
  private final class Limits {
    private final long longestArray;
    private long elementsLeft;
    private final Deque<Long> openHashes = new ArrayDeque<>();

    /**
     * Each element of an array takes a byte; the tables of maps are larger than that, with eight
     * places an element at most, sixteen in small ones. Arrays are allocated before their elements
     * are read, so their lengths are added up, too.
     */
    Limits(int bytes) {
      this.longestArray = Math.min(MAX_ARRAY, 64L + bytes);
      this.elementsLeft = 8L * bytes;
    }

    ObjectInputFilter.Status check(ObjectInputFilter.FilterInfo info) {
      elementsLeft -= Math.max(0, info.arrayLength());
      if (info.depth() > MAX_DEPTH
          || elementsLeft < 0
          || info.references() > MAX_REFERENCES
          || info.arrayLength() > longestArray
          || hashesWithin(info) > MAX_HASHES) {
        return ObjectInputFilter.Status.REJECTED;
      }
      Class<?> seen = info.serialClass();
      while (seen != null && seen.isArray()) {
        seen = seen.getComponentType();
      }
      return seen == null || seen.isPrimitive() || isAllowed(seen)
          ? ObjectInputFilter.Status.ALLOWED
          : ObjectInputFilter.Status.REJECTED;
    }

    /**
     * How many hash tables are around what comes next: the hash of a set of sets costs twice as
     * much with each level, so a few hundred bytes could take years. A set or map is known by the
     * table that it asks leave for; whatever comes at its depth or above comes after its end.
     */
    private int hashesWithin(ObjectInputFilter.FilterInfo info) {
      while (!openHashes.isEmpty() && openHashes.element() >= info.depth()) {
        openHashes.pop();
      }
      if (info.serialClass() == Map.Entry[].class && info.arrayLength() >= 0) {
        openHashes.push(info.depth());
      }
      return openHashes.size();
    }
  }

  private boolean isAllowed(Class<?> seen) {
    return allowed.get(seen.getName()) == seen || seen.getPackageName().equals(JAVA_TIME);
  }
}
