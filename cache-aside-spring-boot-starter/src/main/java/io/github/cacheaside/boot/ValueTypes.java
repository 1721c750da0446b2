package io.github.cacheaside.boot;

import io.github.cacheaside.spring.CacheableAll;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.cache.annotation.AnnotationCacheOperationSource;
import org.springframework.cache.interceptor.CacheOperation;
import org.springframework.cache.interceptor.CachePutOperation;
import org.springframework.cache.interceptor.CacheableOperation;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * What the values of a cache are: what the methods return whose annotations name it. Looks at the
 * types of beans, and makes none.
 */
final class ValueTypes {
  private static final Set<String> SINGLE = Set.of("reactor.core.publisher.Mono");
  private static final Set<String> MANY = Set.of("reactor.core.publisher.Flux");
  private static final Pattern TTL =
      Pattern.compile("#[0-9]+(ms|s|m|h|d)?", Pattern.CASE_INSENSITIVE);
  private static final String CONTINUATION = "kotlin.coroutines.Continuation";

  private final ListableBeanFactory beans;
  private final String manager;
  private @Nullable Map<String, Map<Type, Method>> found;

  /**
   * Of a context.
   *
   * @param manager the bean name of the manager; operations that name another are none of ours
   */
  ValueTypes(ListableBeanFactory beans, String manager) {
    this.beans = beans;
    this.manager = manager;
  }

  /** All caches that annotations name, with their TTL if they have one there. */
  Set<String> names() {
    return found().keySet();
  }

  /**
   * The type of a cache's values.
   *
   * @throws InvalidCacheException if methods disagree, or none names it
   */
  Type of(String cache) {
    Map<Type, Method> types = new LinkedHashMap<>();
    found()
        .forEach(
            (name, some) -> {
              if (name.equals(cache) || isWithTtl(name, cache)) {
                some.forEach(types::putIfAbsent);
              }
            });
    if (types.size() == 1) {
      return types.keySet().iterator().next();
    }
    String property = "cache-aside.caches." + cache + ".type";
    if (types.isEmpty()) {
      throw new InvalidCacheException(
          "the type of the values of cache \""
              + cache
              + "\" is not known: no annotated method of a bean returns it",
          "Set " + property + " to a class, or correct the name if it is misspelled.",
          null);
    }
    throw new InvalidCacheException(
        "the methods of cache \"" + cache + "\" return different types: " + described(types),
        "Give each type a cache of its own, let the methods return the same, or set "
            + property
            + ".",
        null);
  }

  private static boolean isWithTtl(String name, String cache) {
    return name.startsWith(cache) && TTL.matcher(name.substring(cache.length())).matches();
  }

  private static String described(Map<Type, Method> types) {
    Set<String> all = new TreeSet<>();
    types.forEach(
        (type, method) ->
            all.add(ClassUtils.getQualifiedMethodName(method) + " returns " + type.getTypeName()));
    return String.join(", ", all);
  }

  /** The types of all caches that are sure of it. */
  Set<Type> all() {
    Set<Type> all = new java.util.LinkedHashSet<>();
    found().values().forEach(types -> all.addAll(types.keySet()));
    return all;
  }

  private synchronized Map<String, Map<Type, Method>> found() {
    Map<String, Map<Type, Method>> known = found;
    if (known == null) {
      known = new TreeMap<>();
      AnnotationCacheOperationSource annotations = new AnnotationCacheOperationSource(false);
      for (String bean : beans.getBeanDefinitionNames()) {
        Class<?> type = beans.getType(bean, false);
        if (type != null) {
          collect(annotations, ClassUtils.getUserClass(type), known);
        }
      }
      found = known;
    }
    return known;
  }

  private void collect(
      AnnotationCacheOperationSource annotations,
      Class<?> type,
      Map<String, Map<Type, Method>> types) {
    collectAll(type, types);
    if (!annotations.isCandidateClass(type)) {
      return;
    }
    Map<Method, Collection<CacheOperation>> methods =
        MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<@Nullable Collection<CacheOperation>>)
                method -> annotations.getCacheOperations(method, type));
    methods.forEach(
        (method, operations) -> {
          for (CacheOperation operation : operations) {
            if (isOurs(operation)) {
              add(operation.getCacheNames(), method, value(method, type), types);
            }
          }
        });
  }

  /** Of methods that cache each element of what they return. */
  private static void collectAll(Class<?> type, Map<String, Map<Type, Method>> types) {
    if (!AnnotationUtils.isCandidateClass(type, CacheableAll.class)) {
      return;
    }
    Map<Method, CacheableAll> methods =
        MethodIntrospector.selectMethods(
            type,
            (MethodIntrospector.MetadataLookup<@Nullable CacheableAll>)
                method -> AnnotatedElementUtils.findMergedAnnotation(method, CacheableAll.class));
    methods.forEach(
        (method, annotation) -> {
          ResolvableType returned = ResolvableType.forMethodReturnType(method, type);
          boolean byKey = Map.class.isAssignableFrom(returned.toClass());
          ResolvableType element =
              byKey ? returned.asMap().getGeneric(1) : returned.as(Iterable.class).getGeneric();
          String name = annotation.value().isEmpty() ? annotation.cacheNames() : annotation.value();
          add(List.of(name), method, known(element), types);
        });
  }

  private boolean isOurs(CacheOperation operation) {
    boolean fills =
        operation instanceof CacheableOperation || operation instanceof CachePutOperation;
    String named = operation.getCacheManager();
    return fills
        && operation.getCacheResolver().isEmpty()
        && (named.isEmpty() || named.equals(manager));
  }

  private static void add(
      Collection<String> names,
      Method method,
      @Nullable Type value,
      Map<String, Map<Type, Method>> types) {
    for (String cache : names) {
      Map<Type, Method> ofCache = types.computeIfAbsent(cache, name -> new LinkedHashMap<>());
      if (value != null) {
        ofCache.putIfAbsent(value, method);
      }
    }
  }

  /** What is cached of what a method returns; null if it does not tell. */
  private static @Nullable Type value(Method method, Class<?> owner) {
    ResolvableType returned = ResolvableType.forMethodReturnType(method, owner);
    Class<?>[] parameters = method.getParameterTypes();
    int last = parameters.length - 1;
    if (last >= 0 && parameters[last].getName().equals(CONTINUATION)) {
      returned = lower(ResolvableType.forMethodParameter(method, last, owner).getGeneric());
    }
    Class<?> raw = returned.toClass();
    if (CompletionStage.class.isAssignableFrom(raw) || Future.class.isAssignableFrom(raw)) {
      boolean stage = CompletionStage.class.isAssignableFrom(raw);
      Class<?> of = stage ? CompletionStage.class : Future.class;
      returned = returned.as(of).getGeneric();
    } else if (SINGLE.contains(raw.getName())) {
      returned = returned.getGeneric();
    } else if (MANY.contains(raw.getName())) {
      ResolvableType element = returned.getGeneric();
      Type known = known(element);
      return known == null ? null : parameterized(List.class, known);
    }
    return known(returned.toClass() == Optional.class ? returned.getGeneric() : returned);
  }

  private static ResolvableType lower(ResolvableType type) {
    return type.getType() instanceof java.lang.reflect.WildcardType wildcard
            && wildcard.getLowerBounds().length == 1
        ? ResolvableType.forType(wildcard.getLowerBounds()[0])
        : type;
  }

  private static Type parameterized(Class<?> raw, Type argument) {
    return withClasses(ResolvableType.forClassWithGenerics(raw, ResolvableType.forType(argument)));
  }

  private static @Nullable Type known(ResolvableType type) {
    Class<?> raw = type.resolve();
    if (raw == null || raw == void.class || raw == Void.class) {
      return null;
    }
    if (raw.isPrimitive()) {
      return ClassUtils.resolvePrimitiveIfNecessary(raw);
    }
    if (type.hasUnresolvableGenerics()) {
      return null;
    }
    return withClasses(type);
  }

  /** The type with its variables replaced, comparable by equals. */
  private static Type withClasses(ResolvableType type) {
    Class<?> raw = type.toClass();
    if (raw.isArray() || !type.hasGenerics()) {
      return raw;
    }
    Type[] arguments = new Type[type.getGenerics().length];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = withClasses(type.getGeneric(i));
    }
    return new Generic(raw, List.of(arguments));
  }

  /** A generic type. */
  private record Generic(Class<?> raw, List<Type> arguments) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(new Type[0]);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return raw.getDeclaringClass();
    }

    @Override
    public String getTypeName() {
      return raw.getName()
          + arguments.stream()
              .map(Type::getTypeName)
              .collect(java.util.stream.Collectors.joining(", ", "<", ">"));
    }

    @Override
    public String toString() {
      return getTypeName();
    }
  }
}
