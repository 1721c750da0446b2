package io.github.cacheaside.spring;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/** A method with {@link CacheableAll}: checked, and how its keys and answers look. */
final class CacheableAllMethod {
  private static final SimpleEvaluationContext PROPERTIES =
      SimpleEvaluationContext.forReadOnlyDataBinding().build();

  private final Method method;
  private final String name;
  private final Class<?> keys;
  private final Class<?> answer;
  private final String cache;
  private final @Nullable Expression key;

  private CacheableAllMethod(Method method, String name, CacheableAll annotation) {
    this.method = method;
    this.name = name;
    this.keys = method.getParameterCount() == 1 ? method.getParameterTypes()[0] : void.class;
    this.answer = method.getReturnType();
    this.cache =
        StringUtils.hasText(annotation.value()) ? annotation.value() : annotation.cacheNames();
    this.key =
        StringUtils.hasText(annotation.key())
            ? new SpelExpressionParser().parseExpression(annotation.key())
            : null;
    check();
  }

  /** Null if it has no such annotation. */
  static @Nullable CacheableAllMethod of(Method method, Class<?> type) {
    Method specific = ClassUtils.getMostSpecificMethod(method, type);
    CacheableAll annotation =
        AnnotatedElementUtils.findMergedAnnotation(specific, CacheableAll.class);
    return annotation == null
        ? null
        : new CacheableAllMethod(
            specific, ClassUtils.getQualifiedMethodName(specific, type), annotation);
  }

  private void check() {
    if (!StringUtils.hasText(cache)) {
      throw mistake("names no cache");
    }
    if (keys == Object.class || (keys != Set.class && !keys.isAssignableFrom(List.class))) {
      throw mistake("must have one parameter: a Collection, List, Set or Iterable of keys");
    }
    boolean map = answer == Map.class;
    boolean many = answer.isAssignableFrom(List.class) || answer == Set.class;
    if (!map && (!many || answer == Object.class)) {
      throw mistake("must answer a Map, or a List, Set, Collection or Iterable");
    }
    if (map == (key != null)) {
      throw mistake(
          map
              ? "answers a map, so it needs no key"
              : "answers no map, so it needs a key: the property of a value, such as key = \"id\"");
    }
  }

  private IllegalStateException mistake(String what) {
    return new IllegalStateException("@CacheableAll of " + name + " " + what);
  }

  String name() {
    return name;
  }

  String cache() {
    return cache;
  }

  Method method() {
    return method;
  }

  /** What a caller has asked for, without duplicates. */
  List<Object> keys(@Nullable Object argument) {
    if (!(argument instanceof Iterable<?> all)) {
      throw new IllegalArgumentException(name + " was called without keys");
    }
    Set<Object> distinct = new LinkedHashSet<>();
    for (Object each : all) {
      if (each == null) {
        throw new IllegalArgumentException(name + " was called with a null among the keys");
      }
      distinct.add(each);
    }
    return List.copyOf(distinct);
  }

  /** As the method wants them. */
  Object argument(List<Object> missing) {
    return keys == Set.class ? new LinkedHashSet<>(missing) : missing;
  }

  /** What the method has answered, by key. */
  Map<Object, Object> byKey(@Nullable Object answered) {
    Map<Object, Object> found = new HashMap<>();
    if (answered instanceof Map<?, ?> map) {
      map.forEach((each, value) -> add(found, each, value));
    } else if (answered instanceof Iterable<?> values && key != null) {
      for (Object value : values) {
        add(found, value == null ? null : key.getValue(PROPERTIES, value), value);
      }
    }
    return found;
  }

  private void add(Map<Object, Object> found, @Nullable Object each, @Nullable Object value) {
    if (value == null) {
      return;
    }
    if (each == null) {
      throw new IllegalStateException(name + " has answered a value whose key is null");
    }
    found.put(each, value);
  }

  /** The answer for the caller, in the order of the keys. */
  Object answer(Collection<Object> asked, Map<Object, Object> found) {
    if (answer == Map.class) {
      Map<Object, Object> all = new LinkedHashMap<>();
      for (Object each : asked) {
        Object value = found.get(each);
        if (value != null) {
          all.put(each, value);
        }
      }
      return all;
    }
    Collection<Object> all = answer == Set.class ? new LinkedHashSet<>() : new ArrayList<>();
    for (Object each : asked) {
      Object value = found.get(each);
      if (value != null) {
        all.add(value);
      }
    }
    return all;
  }
}
