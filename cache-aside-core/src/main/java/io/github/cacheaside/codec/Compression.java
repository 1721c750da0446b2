package io.github.cacheaside.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes values smaller on their way into the store. What is written says how, so that a cache with
 * any setting, and one with none, reads it; only the library must be there. Immutable.
 *
 * <p>Values that are encrypted as well are compressed first. Their length then tells something
 * about their content: leave compression off where one value holds both a secret and text that an
 * attacker chose (CRIME, 2012).
 */
public final class Compression {
  private static final int HEADER_BYTES = 5;
  private static final int DEFAULT_THRESHOLD = 1024;

  /** How bytes are compressed; each library is touched by its own class only. */
  interface Algorithm {
    /** What stands in front of the bytes; never changes its meaning. */
    byte id();

    byte[] compress(byte[] bytes);

    /** How long bytes can become at most. */
    long most(int compressedBytes);

    /** Fills the target, exactly, or throws. */
    void decompress(byte[] bytes, int from, byte[] target);
  }

  private final Algorithm algorithm;
  private final int threshold;

  private Compression(Algorithm algorithm, int threshold) {
    this.algorithm = algorithm;
    this.threshold = threshold;
  }

  /**
   * Zstandard (RFC 8878) at level 3: small values; the better choice when the network or Redis'
   * memory is what is short. Needs {@code com.github.luben:zstd-jni} on the class path.
   *
   * @return the compression, of values from 1024 bytes
   * @throws IllegalStateException if the library is not there or does not run here
   */
  public static Compression zstd() {
    return zstd(Zstandard.DEFAULT_LEVEL);
  }

  /**
   * Zstandard at a level of choice.
   *
   * @param level from 1, fast, to 19, small
   * @return the compression, of values from 1024 bytes
   * @throws IllegalStateException if the library is not there or does not run here
   */
  public static Compression zstd(int level) {
    if (level < 1 || level > 19) {
      throw new IllegalArgumentException("level must be 1 to 19 but was " + level);
    }
    return usable("com.github.luben:zstd-jni", () -> new Zstandard(level));
  }

  /**
   * LZ4: quick; the better choice when the processor is what is short. Needs {@code
   * at.yawk.lz4:lz4-java} on the class path.
   *
   * @return the compression, of values from 1024 bytes
   * @throws IllegalStateException if the library is not there
   */
  public static Compression lz4() {
    // a reference to the constructor would load the class before the missing class could be caught
    return usable("at.yawk.lz4:lz4-java", () -> new Lz4());
  }

  private static Compression usable(
      String artifact, java.util.function.Supplier<Algorithm> algorithm) {
    try {
      Compression compression = new Compression(algorithm.get(), DEFAULT_THRESHOLD);
      compression.algorithm.compress(new byte[1]); // loads what is native
      return compression;
    } catch (LinkageError e) {
      throw new IllegalStateException("compression needs " + artifact + " on the class path", e);
    }
  }

  /**
   * Sets how long a value must be to be compressed; a shorter one gains little and costs as much.
   * Default: 1024. A value that does not become smaller is kept as it is.
   *
   * @param bytes from 0
   * @return the compression with this threshold
   */
  public Compression from(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative: " + bytes);
    }
    return new Compression(algorithm, bytes);
  }

  /** The compressed bytes; the very array that was given if that is the shorter. */
  byte[] compress(byte[] payload) {
    if (payload.length < threshold) {
      return payload;
    }
    byte[] compressed = algorithm.compress(payload);
    if (compressed.length + HEADER_BYTES >= payload.length) {
      return payload;
    }
    return ByteBuffer.allocate(HEADER_BYTES + compressed.length)
        .put(algorithm.id())
        .putInt(payload.length)
        .put(compressed)
        .array();
  }

  /** Nothing is allocated before the declared length was found possible and allowed. */
  static byte[] decompress(byte[] bytes, int maxPayload) throws RefusedValueException {
    if (bytes.length < HEADER_BYTES) {
      throw new RefusedValueException("cut off");
    }
    try {
      Algorithm algorithm = algorithm(bytes[0]);
      int length = ByteBuffer.wrap(bytes).getInt(1);
      if (algorithm == null || length < 0 || length > algorithm.most(bytes.length)) {
        throw new RefusedValueException("not compressed in a known way");
      }
      if (length > maxPayload) {
        throw new RefusedValueException.Oversized(length, maxPayload);
      }
      byte[] payload = new byte[length];
      algorithm.decompress(bytes, HEADER_BYTES, payload);
      return payload;
    } catch (LinkageError e) {
      throw new RefusedValueException("the library that decompresses is not there", e);
    } catch (RuntimeException e) {
      throw new RefusedValueException("not what was compressed", e);
    }
  }

  private static @Nullable Algorithm algorithm(byte id) {
    return switch (id) {
      case Zstandard.ID -> new Zstandard(Zstandard.DEFAULT_LEVEL);
      case Lz4.ID -> new Lz4();
      default -> null;
    };
  }

  @Override
  public String toString() {
    return "Compression[" + algorithm + " from " + threshold + " bytes]";
  }
}
