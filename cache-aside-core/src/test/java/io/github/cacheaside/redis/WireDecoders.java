package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.nio.charset.StandardCharsets;

/** Lets the fuzz tests of the other package at the decoders of this one. */
public final class WireDecoders {
  private WireDecoders() {}

  /** What is under a key; null if it is no value. */
  public static StoredValue value(byte[] raw) {
    Lookup found = Wire.decode(raw);
    return found instanceof Lookup.Hit hit
        ? hit.value()
        : found instanceof Lookup.Stale stale ? stale.value() : StoredValue.absent();
  }

  /** Gives bytes to every decoder, none of which may throw, and compares what comes of them. */
  public static boolean decodeAll(byte[] raw) {
    Lookup found = Wire.decode(raw);
    Lookup leased = Wire.decodeLease(raw);
    assertThat(Wire.decodeGeneration(raw)).isNotNull();
    if (raw.length != 1) {
      assertThat(leased.getClass()).isEqualTo(found.getClass());
    }
    if (found instanceof Lookup.Hit hit) {
      sameAgain(hit.value());
    }
    Wire.isLease(raw);
    return !(found instanceof Lookup.Undecodable);
  }

  /** Encoding and decoding it once more changes nothing, but for a tag that is not UTF-8. */
  private static void sameAgain(StoredValue value) {
    boolean exact =
        value.generations().stream()
            .allMatch(
                tag ->
                    new String(Wire.utf8(tag.tag()), StandardCharsets.UTF_8).equals(tag.tag())
                        && !tag.tag().contains("\uFFFD"));
    if (exact && Wire.decode(Wire.encode(value)) instanceof Lookup.Hit again) {
      assertThat(again.value().payload()).isEqualTo(value.payload());
      assertThat(again.value().form()).isEqualTo(value.form());
      assertThat(again.value().generations()).isEqualTo(value.generations());
    } else if (exact) {
      throw new AssertionError("a value that can't be read again");
    }
  }
}
