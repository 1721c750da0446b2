package io.github.cacheaside.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a type as Jackson reads it, whichever Jackson that is. What can never be read is
 * refused; what does not tell whether all its values come back equal makes the type an open one.
 *
 * @param <T> how Jackson calls a type
 * @param <R> what reads values of a type
 */
abstract class TypeWalk<T, R> {
  private final boolean own;
  private final Set<T> seen = new HashSet<>();
  private boolean open;

  /**
   * Of one type.
   *
   * @param own whether the mapper is this library's, which knows how the JDK's classes are kept
   */
  TypeWalk(boolean own) {
    this.own = own;
  }

  /** How Jackson reads values of a type. */
  enum Shape {
    NO_MODULE,
    ABSTRACT,
    BEAN,
    CONTAINER,
    OTHER
  }

  /**
   * A part of an object.
   *
   * @param typed whether type information of its own says what its values are
   * @param formatted whether it has a format of its own
   */
  record Property<T, R>(
      String name, T type, @Nullable R reader, boolean typed, boolean formatted) {}

  /**
   * A class with properties.
   *
   * @param blank whether nothing of it is written
   * @param beanWriter whether it is written property by property
   * @param plain whether nothing but that is known of its writing
   * @param written the names that are written
   */
  record Bean<T, R>(
      boolean blank,
      boolean beanWriter,
      boolean plain,
      boolean canCreate,
      List<Property<T, R>> properties,
      Set<String> written) {}

  /**
   * Whether only a value itself tells whether it comes back equal.
   *
   * @throws IllegalArgumentException if no value, or no part of a value, can ever be read
   */
  final boolean isOpen(T type) {
    walk(type, null, TypeRules.name(raw(type)));
    return open;
  }

  abstract Class<?> raw(T type);

  /** Whether the class of a value is written beside it. */
  abstract boolean isTyped(T type) throws Exception;

  abstract R reader(T type) throws Exception;

  abstract boolean makesSomethingOfNull(R reader) throws Exception;

  abstract Shape shape(T type, R reader);

  /** Whether nothing of an application has its hands in reading or writing. */
  abstract boolean isBuiltIn(T type, R reader) throws Exception;

  abstract @Nullable T key(T type);

  abstract @Nullable T content(T type);

  abstract @Nullable R contentReader(R reader);

  /** Brackets of a map or of a list or array. */
  abstract String brackets(T type);

  /** Whether each array in it is another one, though their contents be the same. */
  abstract boolean isCollectionOfArrays(T type);

  /** What an {@code Optional} or another reference refers to. */
  abstract @Nullable T referenced(T type);

  abstract Bean<T, R> bean(T type, R reader) throws Exception;

  /** The type of a map with such keys. */
  abstract T mapOf(T key);

  abstract @Nullable Object writeAndRead(T type, Object value) throws Exception;

  private void walk(T type, @Nullable R given, String path) {
    try {
      if (isTyped(type)) {
        open = true; // the value's class decides
        return;
      }
      R reader = given == null ? reader(type) : given;
      if (!raw(type).isPrimitive() && makesSomethingOfNull(reader)) {
        open = true; // null would come back as something
      }
      walkReader(type, reader, path);
    } catch (IllegalArgumentException refused) {
      throw refused;
    } catch (Exception e) {
      throw TypeRules.refused(path, raw(type), "Jackson can't read it", e);
    }
  }

  private void walkReader(T type, R reader, String path) throws Exception {
    Class<?> raw = raw(type);
    Shape shape = shape(type, reader);
    if (shape == Shape.NO_MODULE) {
      throw TypeRules.refused(path, raw, TypeRules.NO_MODULE, null);
    }
    if (shape == Shape.ABSTRACT) {
      throw TypeRules.refused(path, raw, TypeRules.ABSTRACT, null);
    }
    if (shape == Shape.BEAN) {
      bean(type, reader, path);
    } else if (TypeRules.isKept(raw, own) && isBuiltIn(type, reader)) {
      open |= raw.isEnum() && !eachComesBack(type, raw);
    } else if (shape == Shape.CONTAINER) {
      container(type, reader, path);
    } else {
      open = true;
      T referenced = referenced(type);
      if (referenced != null) {
        walk(referenced, null, path);
      }
    }
  }

  /** Two constants may have the same text. */
  private boolean eachComesBack(T type, Class<?> raw) {
    for (Object constant : raw.getEnumConstants()) {
      if (!comesBack(type, constant)) {
        return false;
      }
    }
    return true;
  }

  private boolean eachKeyComesBack(T key, Class<?> raw) {
    T map = mapOf(key);
    for (Object constant : raw.getEnumConstants()) {
      if (!comesBack(map, java.util.Map.of(constant, ""))) {
        return false;
      }
    }
    return true;
  }

  private boolean comesBack(T type, Object value) {
    try {
      return value.equals(writeAndRead(type, value));
    } catch (Exception e) {
      return false; // refused then, with a reason
    }
  }

  private void container(T type, R reader, String path) {
    open |= !TypeRules.isKeptContainer(raw(type));
    T key = key(type);
    if (key != null) {
      Class<?> raw = raw(key);
      open |= !TypeRules.isKeptKey(raw) || (raw.isEnum() && !eachKeyComesBack(key, raw));
    }
    T content = content(type);
    if (content != null) {
      open |= isCollectionOfArrays(type);
      walk(content, contentReader(reader), path + brackets(type));
    }
  }

  private void bean(T type, R reader, String path) throws Exception {
    if (!seen.add(type)) {
      return;
    }
    Class<?> raw = raw(type);
    boolean root = seen.size() == 1;
    Bean<T, R> bean = bean(type, reader);
    if (bean.blank()) {
      throw TypeRules.refused(path, raw, TypeRules.EMPTY, null);
    }
    if (bean.beanWriter() && !bean.canCreate()) {
      throw TypeRules.refused(path, raw, TypeRules.NO_CREATOR, null);
    }
    open |= !bean.beanWriter() || !bean.plain();
    open |= Throwable.class.isAssignableFrom(raw) || (!TypeRules.isFinal(raw) && !root);
    Set<String> names = new HashSet<>();
    for (Property<T, R> property : bean.properties()) {
      names.add(property.name());
      open |= property.typed() || property.formatted();
      if (!property.typed()) {
        walk(property.type(), property.reader(), path + "." + property.name());
      }
    }
    open |= !names.equals(bean.written()) || !TypeRules.fieldsAreAmong(raw, names);
  }

  /** Whether what is left out when it is written comes back by itself: null, of a creator. */
  static boolean leavesNothingOut(JsonInclude.Value inclusion, boolean ofCreator) {
    return isWhole(inclusion.getValueInclusion(), ofCreator)
        && isWhole(inclusion.getContentInclusion(), false);
  }

  private static boolean isWhole(JsonInclude.Include include, boolean ofCreator) {
    return include == JsonInclude.Include.ALWAYS
        || include == JsonInclude.Include.USE_DEFAULTS
        || (include == JsonInclude.Include.NON_NULL && ofCreator);
  }
}
