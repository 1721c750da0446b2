package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.LettuceVersion;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions.RefreshTrigger;
import org.junit.jupiter.api.Test;

/** Lettuces and Nettys that an application has chosen. */
final class VersionsTest {
  @Test
  void aStoreOverLibrariesThatLackAClassSaysWhichVersionsItFound() {
    var missing = new NoClassDefFoundError("io/lettuce/core/SinceTheNextOne");
    var builder =
        new RedisCacheStoreBuilder(
            access -> {
              throw missing;
            });
    assertThatThrownBy(builder::connect)
        .isInstanceOf(IllegalStateException.class)
        .hasCause(missing)
        .hasMessageContaining("needs Lettuce 6.6 to 7.7")
        .hasMessageContaining("found Lettuce " + LettuceVersion.getVersion() + " with Netty 4.")
        .hasMessageContaining("lettuce.version and netty.version")
        .hasMessageContaining("SinceTheNextOne");
  }

  @Test
  void aClusterIsLookedAtForEveryReason_whateverTheDefaultsOfTheClientAre() {
    assertThat(Clients.topologyRefresh().getAdaptiveRefreshTriggers())
        .containsExactlyInAnyOrder(RefreshTrigger.values());
  }

  @Test
  void aClassIsThereOrNot() {
    assertThat(Versions.has("io.lettuce.core.RedisClient")).isTrue();
    assertThat(Versions.has("io.lettuce.core.NoSuchThing")).isFalse();
  }
}
