package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the commit no cache keeps the next one from its invalidation, whatever it throws. */
class InvalidationsTest {
  private final AtomicReference<@Nullable Error> failure = new AtomicReference<>();
  private final InMemoryCacheStore sound = new InMemoryCacheStore();
  private boolean atOnce;

  private CacheStore failing() {
    InMemoryCacheStore real = new InMemoryCacheStore();
    return (CacheStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {CacheStore.class},
            (proxy, method, arguments) -> {
              Error error = failure.get();
              if (error != null && method.getReturnType() == CompletionStage.class) {
                if (atOnce) {
                  throw error;
                }
                return CompletableFuture.failedFuture(error);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              }
            });
  }

  private static CacheAside<Long, String> cache(CacheStore store, String name) {
    return CacheAside.builder(store, name, Serializer.utf8())
        .tagsOfKey((Long id) -> Set.of("rocky"))
        .build(id -> "Earth");
  }

  @ParameterizedTest
  @ValueSource(strings = {"later", "at once", "later, fenced", "at once, fenced"})
  void anErrorOfOneCache_isAFailure_andTheNextIsInvalidated(String kind) throws Exception {
    atOnce = kind.startsWith("at once");
    CacheAside<Long, String> first = cache(failing(), "first");
    CacheAside<Long, String> second = cache(sound, "second");
    second.get(3L);
    Invalidations all = new Invalidations();
    all.add(first, List.of(3L));
    all.addTags(first, List.of("rocky"));
    all.add(second, List.of(3L));
    boolean fenced = kind.endsWith("fenced");
    if (fenced) {
      all.fence();
    }
    failure.set(new NoClassDefFoundError("of a client"));
    assertThat(all.run())
        .as("a fence that stands keeps readers from old values by itself")
        .hasSize(fenced ? 0 : 2)
        .allMatch(each -> each.cache().equals("first"));
    assertThat(all.areReleased()).isEqualTo(!fenced);
    assertThat(second.read(3L).outcome()).isEqualTo(Outcome.LOADED);
  }

  @Test
  void inDoubt_too() {
    atOnce = true;
    CacheAside<Long, String> first = cache(failing(), "first");
    CacheAside<Long, String> second = cache(sound, "second");
    second.get(3L);
    Invalidations all = new Invalidations();
    all.add(first, List.of(3L));
    all.addTags(first, List.of("rocky"));
    all.add(second, List.of(3L));
    failure.set(new NoClassDefFoundError("of a client"));
    assertThat(all.doubt()).hasSize(2);
    assertThat(second.look(3L).isCached()).isFalse();
  }

  @Test
  void aKeyWithoutText_isAFailureOfThatKeyAlone() {
    CacheAside<Long, String> cache =
        CacheAside.builder(sound, "third", Serializer.utf8())
            .keyEncoder((Long id) -> encoded(id))
            .build(id -> "Earth");
    cache.get(3L);
    Invalidations all = new Invalidations();
    all.add(cache, List.of(7L, 3L));
    assertThat(all.run())
        .singleElement()
        .satisfies(
            only -> {
              assertThat(only.count()).isEqualTo(1);
              assertThat(only.cause()).isInstanceOf(AssertionError.class);
            });
    assertThat(cache.look(3L).isCached()).isFalse();
  }

  private static String encoded(long id) {
    if (id == 7) {
      throw new AssertionError("no encoding of 7");
    }
    return Long.toString(id);
  }

  @Test
  void aFenceThatCantBeTakenAway_keepsNoOther() throws Exception {
    CacheAside<Long, String> first = cache(failing(), "first");
    CacheAside<Long, String> second = cache(sound, "second");
    CacheAside<Long, String> last =
        CacheAside.builder(sound, "last", Serializer.utf8())
            .keyEncoder((Long id) -> encoded(id))
            .build(id -> "Earth");
    Invalidations all = new Invalidations();
    all.add(first, List.of(3L));
    all.add(second, List.of(3L));
    all.add(last, List.of(7L));
    assertThat(catchThrowable(all::fence)).isInstanceOf(AssertionError.class);
    assertThat(second.read(3L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(second.read(3L).outcome()).isEqualTo(Outcome.HIT);
  }
}
