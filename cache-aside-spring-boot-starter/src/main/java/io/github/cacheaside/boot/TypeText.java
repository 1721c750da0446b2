package io.github.cacheaside.boot;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.lang.reflect.Type;
import org.springframework.core.ResolvableType;

/** A type as properties have it: {@code java.util.List<com.shop.Item>}. */
final class TypeText {
  private TypeText() {}

  /**
   * The type.
   *
   * @throws IllegalArgumentException if there is no such class, or the text is none of a type
   */
  static Type parse(String text, ClassLoader loader) {
    return resolvable(
            TypeFactory.defaultInstance().withClassLoader(loader).constructFromCanonical(text))
        .getType();
  }

  private static ResolvableType resolvable(JavaType type) {
    if (type.isArrayType()) {
      return ResolvableType.forArrayComponent(resolvable(type.getContentType()));
    }
    if (type.containedTypeCount() == 0) {
      return ResolvableType.forClass(type.getRawClass());
    }
    ResolvableType[] of = new ResolvableType[type.containedTypeCount()];
    for (int i = 0; i < of.length; i++) {
      of[i] = resolvable(type.containedType(i));
    }
    return ResolvableType.forClassWithGenerics(type.getRawClass(), of);
  }
}
