package io.github.cacheaside.codec;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first place where what was read differs from what was written.
 *
 * <p>Values of the JDK must be equal and of one class; lists, sets and maps are equal by their
 * contents, whatever their classes. Other objects must be of one class, and each of their fields
 * the same, but for transient ones. A class with an {@code equals} of its own may keep fields to
 * itself that it does not compare: they count only where an accessor shows them. What has neither
 * {@code equals} nor fields that can be seen is not compared.
 *
 * <p>The answer names classes and properties, never a value nor a key of a map.
 */
final class Difference {
  private static final int MOST_LEVELS = 200;

  /** Of the elements of a set that have no equals so many are looked for: 100. */
  private static final int MOST_SEARCHED = 100;

  private Difference() {}

  /** Where and how, as in {@code com.shop.Order.lines[].price: …}; null if there is none. */
  static @Nullable String between(Object written, @Nullable Object read) {
    return at(written.getClass().getName(), written, read, 0);
  }

  private static @Nullable String at(
      String path, @Nullable Object a, @Nullable Object b, int level) {
    if (a == b || level > MOST_LEVELS) {
      return null;
    }
    if (a == null || b == null) {
      return path + ": " + name(a) + " comes back as " + name(b);
    }
    if (a instanceof Map<?, ?> left && b instanceof Map<?, ?> right) {
      return maps(path, left, right, level);
    }
    if (a instanceof Set<?> left && b instanceof Set<?> right) {
      return sets(path, left, right, level);
    }
    if (a instanceof Collection<?> left
        && b instanceof Collection<?> right
        && (a instanceof List) == (b instanceof List)) {
      return lists(path, left, right, level);
    }
    if (a instanceof Enum<?> || a instanceof java.nio.file.Path || a instanceof java.time.ZoneId) {
      return a.equals(b) ? null : another(path, a, b);
    }
    if (a.getClass() != b.getClass()) {
      return another(path, a, b);
    }
    if (a.getClass().isArray()) {
      return arrays(path, a, b, level);
    }
    return objects(path, a, b, level);
  }

  private static String name(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getName();
  }

  private static String another(String path, Object a, Object b) {
    return path
        + ": "
        + name(a)
        + " comes back as "
        + (a.getClass() == b.getClass() ? "another value" : name(b));
  }

  private static @Nullable String objects(String path, Object a, Object b, int level) {
    if (a instanceof Optional<?> left && b instanceof Optional<?> right) {
      return at(path, left.orElse(null), right.orElse(null), level + 1);
    }
    if (a instanceof AtomicReference<?> left && b instanceof AtomicReference<?> right) {
      return at(path, left.get(), right.get(), level + 1);
    }
    if (a instanceof CharSequence || isAtomicNumber(a) || a instanceof java.util.regex.Pattern) {
      return a.toString().contentEquals(b.toString()) ? null : another(path, a, b);
    }
    if (a instanceof java.net.URL left && b instanceof java.net.URL right) { // else it asks the DNS
      return left.toExternalForm().equals(right.toExternalForm()) ? null : another(path, a, b);
    }
    boolean compares = comparesItself(a.getClass());
    if (compares && !a.equals(b)) {
      String where = isOfTheJdk(a.getClass()) ? null : fields(path, a, b, level, false);
      return where == null ? another(path, a, b) : where;
    }
    return isOfTheJdk(a.getClass()) ? null : fields(path, a, b, level, compares);
  }

  private static boolean isAtomicNumber(Object value) {
    return value instanceof java.util.concurrent.atomic.AtomicBoolean
        || value instanceof java.util.concurrent.atomic.AtomicInteger
        || value instanceof java.util.concurrent.atomic.AtomicLong;
  }

  private static boolean isOfTheJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  private static boolean comparesItself(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
    } catch (NoSuchMethodException | LinkageError e) {
      return false;
    }
  }

  private static @Nullable String fields(
      String path, Object a, Object b, int level, boolean shownOnly) {
    String where = null;
    for (Class<?> type = a.getClass();
        type != null && !isOfTheJdk(type) && where == null;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (where == null && isState(field) && (!shownOnly || isShown(a.getClass(), field))) {
          where = field(path, field, a, b, level);
        }
      }
    }
    return where;
  }

  private static boolean isState(Field field) {
    return !Modifier.isStatic(field.getModifiers())
        && !Modifier.isTransient(field.getModifiers())
        && !field.isSynthetic();
  }

  private static boolean isShown(Class<?> type, Field field) {
    String name = field.getName();
    String capital = name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
    for (String accessor : List.of(name, "get" + capital, "is" + capital)) {
      try {
        if (type.getMethod(accessor).getReturnType() == field.getType()) {
          return true;
        }
      } catch (NoSuchMethodException | LinkageError e) {
        // the next one
      }
    }
    return Modifier.isPublic(field.getModifiers());
  }

  private static @Nullable String field(String path, Field field, Object a, Object b, int level) {
    try {
      field.setAccessible(true);
      return at(path + "." + field.getName(), field.get(a), field.get(b), level + 1);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // a module that is not opened
    }
  }

  private static @Nullable String arrays(String path, Object a, Object b, int level) {
    int length = Array.getLength(a);
    if (length != Array.getLength(b)) {
      return path + "[]: another length";
    }
    for (int i = 0; i < length; i++) {
      String where = at(path + "[]", Array.get(a, i), Array.get(b, i), level + 1);
      if (where != null) {
        return where;
      }
    }
    return null;
  }

  private static @Nullable String lists(String path, Collection<?> a, Collection<?> b, int level) {
    if (a instanceof Deque != b instanceof Deque && !(a instanceof List)) {
      return another(path, a, b);
    }
    if (a.size() != b.size()) {
      return path + "[]: another length";
    }
    Iterator<?> other = b.iterator();
    for (Object element : a) {
      String where = at(path + "[]", element, other.next(), level + 1);
      if (where != null) {
        return where;
      }
    }
    return null;
  }

  private static @Nullable String sets(String path, Set<?> a, Set<?> b, int level) {
    String where = sorted(path, a, b);
    if (where != null || (a.size() == b.size() && inOrder(a, b, level))) {
      return where;
    }
    if (a.size() != b.size()) {
      return path + "[]: another size";
    }
    Map<Object, Object> found = each(b);
    List<@Nullable Object> unequal = new ArrayList<>();
    for (Object element : a) {
      if (found.containsKey(element)) {
        String other = at(path + "[]", element, found.remove(element), level + 1);
        if (other != null) {
          return other;
        }
      } else if (element == null || isEqualByItself(element)) {
        return anotherElement(path, element);
      } else {
        unequal.add(element);
      }
    }
    int searched = Math.min(unequal.size(), MOST_SEARCHED);
    return alike(path, unequal.subList(0, searched), found.values(), level);
  }

  /** An equal one would have been found; a collection may hold others that have no equals. */
  private static boolean isEqualByItself(Object element) {
    return comparesItself(element.getClass())
        && !(element instanceof Collection<?>
            || element instanceof Map<?, ?>
            || element instanceof Optional<?>);
  }

  private static String anotherElement(String path, @Nullable Object element) {
    return path + "[]: a " + name(element) + " comes back as another element";
  }

  /** Elements that equal none, as they have no equals, are looked for by what they hold. */
  private static @Nullable String alike(
      String path, List<@Nullable Object> written, Collection<Object> read, int level) {
    for (Object element : written) {
      boolean found = false;
      for (Iterator<Object> left = read.iterator(); left.hasNext() && !found; ) {
        found = at(path + "[]", element, left.next(), level + 1) == null;
        if (found) {
          left.remove();
        }
      }
      if (!found) {
        return anotherElement(path, element);
      }
    }
    return null;
  }

  /** What lies in a set under what it equals. */
  private static Map<Object, Object> each(Set<?> set) {
    Map<Object, Object> each = new HashMap<>(2 * set.size());
    set.forEach(one -> each.put(one, one));
    return each;
  }

  private static boolean inOrder(Set<?> a, Set<?> b, int level) {
    return lists("", a, b, level) == null;
  }

  private static @Nullable String maps(String path, Map<?, ?> a, Map<?, ?> b, int level) {
    String where = sorted(path, a, b);
    if (where == null && a.size() != b.size()) {
      where = path + "{}: another size";
    }
    if (where != null) {
      return where;
    }
    Map<Object, Object> keys = each(b.keySet());
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      Object key = entry.getKey();
      where =
          keys.containsKey(key)
              ? at(path + "{key}", key, keys.get(key), level + 1)
              : path + "{key}: a " + name(key) + " comes back as another key";
      if (where == null) {
        where = at(path + "{}", entry.getValue(), b.get(key), level + 1);
      }
      if (where != null) {
        return where;
      }
    }
    return null;
  }

  /** Sets and maps that sort by an order of their own find other elements than those that don't. */
  private static @Nullable String sorted(String path, Object a, Object b) {
    Object left = order(a);
    Object right = order(b);
    return left == null || Objects.equals(left, right) ? null : path + ": its order is lost";
  }

  private static @Nullable Object order(Object value) {
    if (value instanceof java.util.SortedMap<?, ?> map) {
      return map.comparator();
    }
    return value instanceof java.util.SortedSet<?> set ? set.comparator() : null;
  }
}
