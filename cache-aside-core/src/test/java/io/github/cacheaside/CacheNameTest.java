package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CacheNameTest {

  @Test
  void aStrictNameIsItself_alsoAsAnyText() {
    assertThat(CacheName.of("planet_1.a-b").inKeys()).isEqualTo("planet_1.a-b");
    assertThat(CacheName.ofAnyText("planet_1.a-b")).isEqualTo(CacheName.of("planet_1.a-b"));
  }

  @Test
  void otherCharactersAreEscaped() {
    assertThat(CacheName.ofAnyText("com.acme.Order#lines").inKeys())
        .isEqualTo("com.acme.Order%23lines");
    assertThat(CacheName.ofAnyText("a/b:c@1 %23é").inKeys())
        .isEqualTo("a%2Fb%3Ac%401%20%2523%C3%A9");
    assertThat(CacheName.ofAnyText("Order#lines").text()).isEqualTo("Order#lines");
  }

  @Test
  void noTwoNamesAreTheSameInKeys_andNoneLooksLikeAnythingElse() {
    Random random = new Random(42);
    String alphabet = "aA0%#:/@23 é\uD83D\uDE80";
    Map<String, String> seen = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = 1 + random.nextInt(5); length > 0; length--) {
        int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
        text.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
      }
      String inKeys = CacheName.ofAnyText(text.toString()).inKeys();
      assertThat(inKeys).matches("[A-Za-z0-9_.%-]+");
      String before = seen.put(inKeys, text.toString());
      assertThat(before == null || before.equals(text.toString())).as(inKeys).isTrue();
    }
  }

  @Test
  void whatIsNoNameIsRefused() {
    assertThatThrownBy(() -> CacheName.of("a:b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name must be 1 to 100 of")
        .hasMessageContaining("a:b");
    assertThatThrownBy(() -> CacheName.ofAnyText("")).hasMessageContaining("1 to 1000 characters");
    assertThatThrownBy(() -> CacheName.ofAnyText("x".repeat(1001))).hasMessageContaining("1001");
    assertThatThrownBy(() -> CacheName.ofAnyText("a\uD83D")).hasMessageContaining("surrogate");
  }
}
