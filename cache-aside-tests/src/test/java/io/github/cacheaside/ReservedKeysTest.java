package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.engine.base.Tags;
import io.github.cacheaside.testkit.InMemoryCacheStore;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No key of a user's is the key of a tag's generation. */
final class ReservedKeysTest {
  private static final List<String> PARTS =
      List.of("", "a", "b", "#", "##", ":", "@", "/", "1", "a#", "b/a", "a@1", "a:", "t", "\u00e9");

  private final Random random = new Random(1);

  private static CacheAsideBuilder<Object, String> builder(String name) {
    return CacheAside.builder(new InMemoryCacheStore(), name, Serializer.utf8());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p", "planet", "planet#", "planet#x"})
  void aPrefixThatBeginsAReservedKey_orIsBegunByOne_isRefused(String prefix) {
    CacheAsideBuilder<Object, String> builder = builder("planet").clearable().keyPrefix(prefix);
    assertThatThrownBy(() -> builder.build((String key) -> key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keyPrefix \"" + prefix + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p", "planet", "order#"})
  void aCacheWithoutTagsMayHaveAnyPrefix(String prefix) {
    assertThat(builder("planet").keyPrefix(prefix).build((String key) -> key)).isNotNull();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      text.append(PARTS.get(random.nextInt(PARTS.size())));
    }
    return text.toString();
  }

  @Test
  void whateverIsAccepted_noKeyIsThatOfATag() {
    int accepted = 0;
    for (int run = 0; run < 20_000; run++) {
      String name = "ab1".substring(random.nextInt(3));
      String namespace = random.nextBoolean() ? null : "ab".substring(random.nextInt(2));
      int version = random.nextInt(3);
      String qualified =
          (namespace == null ? "" : namespace + "/") + name + (version == 0 ? "" : "@" + version);
      boolean prefixed = random.nextBoolean();
      String prefix = prefixed ? text() : qualified + ":";
      Tags<String, String> tags =
          new Tags<>(prefixed ? name : qualified, true, key -> Set.of(), null);
      if (prefixed && !accepts(name, prefix)) {
        continue;
      }
      accepted++;
      String entry = prefix + text();
      String tag = random.nextBoolean() ? Tags.ALL : text();
      assertThat(entry).isNotEqualTo(tags.storeKey(tag));
      String reserved = tags.storeKey(tag);
      assertThat(reserved.startsWith(prefix)).as(prefix + " begins " + reserved).isFalse();
    }
    assertThat(accepted).isGreaterThan(10_000);
  }

  private static boolean accepts(String name, String prefix) {
    try {
      assertThat(builder(name).clearable().keyPrefix(prefix).build((String key) -> key))
          .isNotNull();
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }
}
