package io.github.cacheaside.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingCacheStoreTest {

  static Stream<Method> methods() {
    return Arrays.stream(CacheStore.class.getDeclaredMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodIsForwardedOnce_withItsArgumentsAndItsAnswer(Method method) throws Exception {
    List<Method> called = new ArrayList<>();
    List<Object> given = new ArrayList<>();
    Object answer = sample(method.getReturnType());
    CacheStore original =
        (CacheStore)
            Proxy.newProxyInstance(
                CacheStore.class.getClassLoader(),
                new Class<?>[] {CacheStore.class},
                (proxy, asked, arguments) -> {
                  called.add(asked);
                  given.addAll(arguments == null ? List.of() : List.of(arguments));
                  return answer;
                });
    Object[] arguments =
        Arrays.stream(method.getParameterTypes())
            .map(ForwardingCacheStoreTest::sample)
            .toArray(Object[]::new);

    Object answered = method.invoke(new ForwardingCacheStore(original) {}, arguments);

    assertThat(called).containsExactly(method);
    assertThat(given).containsExactly(arguments);
    assertThat(answered).isEqualTo(answer);
  }

  private static @Nullable Object sample(Class<?> type) {
    if (type == String.class) {
      return "key";
    } else if (type == boolean.class) {
      return true;
    } else if (type == int.class) {
      return 41;
    } else if (type == long.class) {
      return 42L;
    } else if (type == Duration.class) {
      return Duration.ofMillis(7);
    } else if (type == LeaseToken.class) {
      return new LeaseToken(1, 2);
    } else if (type == StoredValue.class) {
      return StoredValue.absent();
    } else if (type == StoredValue.Timing.class) {
      return StoredValue.Timing.of(3, 4);
    } else if (type == List.class) {
      return List.of("key");
    } else if (type == Optional.class) {
      return Optional.of(new CompletableFuture<Void>());
    } else if (type == CompletionStage.class) {
      return new CompletableFuture<Void>();
    } else if (type == CacheStore.Coherence.class) {
      return CacheStore.Coherence.TTL_ONLY;
    } else if (type == void.class) {
      return null;
    }
    return Proxy.newProxyInstance( // an interface of which nothing is called
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> 1;
            default -> type.getSimpleName();
          };
        });
  }
}
