package io.github.cacheaside.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes new bytes of known ones, the same for the same seed. */
final class Mutator {
  private static final int LONGEST = 8192;
  private static final int[] NUMBERS = {
    0,
    1,
    2,
    4,
    15,
    16,
    19,
    20,
    39,
    40,
    127,
    128,
    255,
    256,
    1023,
    65_535,
    65_536,
    1 << 20,
    900_000,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -1,
    -2
  };
  private static final List<byte[]> WORDS =
      List.of(
          word("null"),
          word("true"),
          word("{"),
          word("}"),
          word("["),
          word("]"),
          word("\""),
          word("\\u"),
          word("{\"id\":"),
          word(",\"name\":"),
          word("1e999999999"),
          word("-"),
          word("0".repeat(1100)),
          word("[".repeat(2000)),
          word("{\"a\":".repeat(1100)),
          word("V\1\0\0"),
          word("L\1"),
          word("W\1"),
          word("G\1"),
          new byte[] {(byte) 0xff},
          new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
          new byte[40]);

  private final SplittableRandom random;

  Mutator(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private static byte[] word(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  byte[] next(List<byte[]> corpus) {
    byte[] bytes = one(corpus).clone();
    int changes = random.nextInt(3) == 0 ? 2 + random.nextInt(5) : 1; // most go deeper by one step
    for (int i = 0; i < changes; i++) {
      bytes = mutate(bytes, corpus);
    }
    return bytes.length <= LONGEST ? bytes : Arrays.copyOf(bytes, LONGEST);
  }

  private byte[] mutate(byte[] bytes, List<byte[]> corpus) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
    return switch (random.nextInt(10)) {
      case 0 -> put(bytes, at, new byte[] {(byte) random.nextInt()});
      case 1 -> at < bytes.length ? flip(bytes, at) : bytes;
      case 2 -> put(bytes, at, ByteBuffer.allocate(4).putInt(number(bytes.length)).array());
      case 3 ->
          put(bytes, at, ByteBuffer.allocate(2).putShort((short) number(bytes.length)).array());
      case 4 -> replace(bytes, at, at, one(WORDS));
      case 5 -> replace(bytes, at, end, new byte[0]);
      case 6 -> Arrays.copyOf(bytes, at);
      case 7 -> replace(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      case 8 -> replace(bytes, at, bytes.length, tail(one(corpus)));
      default -> random.nextInt(20) == 0 ? noise() : put(bytes, at, one(WORDS));
    };
  }

  private byte[] one(List<byte[]> of) {
    return of.get(random.nextInt(of.size()));
  }

  private int number(int length) {
    return random.nextBoolean()
        ? NUMBERS[random.nextInt(NUMBERS.length)]
        : length + random.nextInt(-2, 3);
  }

  private byte[] noise() {
    byte[] bytes = new byte[random.nextInt(128)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] tail(byte[] bytes) {
    return Arrays.copyOfRange(bytes, random.nextInt(bytes.length + 1), bytes.length);
  }

  private byte[] flip(byte[] bytes, int at) {
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static byte[] put(byte[] bytes, int at, byte[] over) {
    System.arraycopy(over, 0, bytes, at, Math.min(over.length, bytes.length - at));
    return bytes;
  }

  private static byte[] replace(byte[] bytes, int from, int to, byte[] by) {
    byte[] result = new byte[bytes.length - (to - from) + by.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
    return result;
  }
}
