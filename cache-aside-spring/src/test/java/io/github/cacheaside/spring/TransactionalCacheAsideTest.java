package io.github.cacheaside.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.CacheAside;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransactionalCacheAsideTest {
  /** They stand on others of the interface. */
  private static final Set<String> DEFAULTS = Set.of("invalidate", "softInvalidate", "write");

  @Test
  void everyMethod_isForwarded() {
    assertThat(CacheAside.class.getMethods())
        .filteredOn(method -> !java.lang.reflect.Modifier.isStatic(method.getModifiers()))
        .filteredOn(method -> !DEFAULTS.contains(method.getName()))
        .filteredOn(method -> !(method.getName().equals("warm") && isShort(method)))
        .allSatisfy(
            method ->
                assertThat(
                        TransactionalCacheAside.class
                            .getMethod(method.getName(), method.getParameterTypes())
                            .getDeclaringClass())
                    .as(method.toString())
                    .isEqualTo(TransactionalCacheAside.class));
  }

  private static boolean isShort(Method method) {
    return method.getParameterCount() == 1
        || Arrays.asList(method.getParameterTypes()).contains(java.util.stream.Stream.class);
  }
}
