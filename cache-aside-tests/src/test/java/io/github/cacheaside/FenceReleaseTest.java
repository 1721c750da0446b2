package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.CacheStore;
import io.github.cacheaside.spi.ForwardingCacheStore;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fence tells whether the store has taken it away, which a log of invalidations must know. */
final class FenceReleaseTest {
  enum Of {
    KEYS,
    TAGS,
    ALL;

    WriteFence place(CacheAside<Long, String> cache) {
      return switch (this) {
        case KEYS -> cache.fence(List.of(3L, 4L));
        case TAGS -> cache.fenceTags(List.of("rocky"));
        case ALL -> cache.fenceAll();
      };
    }
  }

  private final InMemoryCacheStore store = new InMemoryCacheStore();
  private final CacheAside<Long, String> planets =
      CacheAside.builder(store, "planet", Serializer.utf8())
          .unfencedWrites(UnfencedWrites.DEGRADE)
          .tagsOfKey((Long id) -> Set.of("rocky"))
          .clearable()
          .build(id -> "Earth");

  @ParameterizedTest
  @EnumSource
  void whenItIsClosed(Of of) {
    WriteFence fence = of.place(planets);
    assertThat(fence.isReleased()).as("while it is open").isFalse();
    fence.close();
    assertThat(fence.isReleased()).isTrue();
    fence.close();
    assertThat(fence.isReleased()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void notIfTheStoreDidNotAnswerTheRelease(Of of) {
    WriteFence fence = of.place(planets);
    store.failWith(new IllegalStateException("out of reach"));
    fence.close();
    assertThat(fence.isReleased()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void oneThatWasNotPlaced_isIfWhatItConcernsIsInvalidated(Of of) {
    store.failWith(new IllegalStateException("out of reach"));
    WriteFence fence = of.place(planets);
    WriteFence another = of.place(planets);
    assertThatThrownBy(fence::close).isInstanceOf(CacheStoreException.class);
    assertThat(fence.isReleased()).isFalse();
    store.failWith(null);
    another.close();
    assertThat(another.isReleased()).isTrue();
  }

  /** A store of which one operation fails. */
  private static final class Ill extends ForwardingCacheStore {
    private boolean failsToRelease;
    private boolean failsToRenew;

    Ill(CacheStore store) {
      super(store);
    }

    @Override
    public CompletionStage<Boolean> release(String key, LeaseToken token) {
      return failsToRelease ? failed() : super.release(key, token);
    }

    @Override
    public CompletionStage<Boolean> newGeneration(String key, LeaseToken fresh) {
      return failsToRenew ? failed() : super.newGeneration(key, fresh);
    }

    private static CompletionStage<Boolean> failed() {
      return CompletableFuture.failedFuture(new IllegalStateException("out of reach"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tagsNeedBoth_aNewGenerationAndTheEndOfTheirMarks(boolean releases) {
    Ill ill = new Ill(store);
    CacheAside<Long, String> cache =
        CacheAside.builder(ill, "moon", Serializer.utf8())
            .tagsOfKey((Long id) -> Set.of("rocky"))
            .build(id -> "Io");
    WriteFence fence = cache.fenceTags(List.of("rocky"));
    ill.failsToRelease = !releases;
    ill.failsToRenew = releases;
    fence.close();
    assertThat(fence.isReleased()).isFalse();
  }
}
