package io.github.cacheaside.jdbc.advisor;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** 64-bit hashes of texts and parameters, with a secret of one advisor. */
final class Hash {
  private static final int MOST_BYTES = 4_096;

  private Hash() {}

  static long of(long seed, CharSequence text) {
    long hash = seed ^ text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
    }
    return Repeats.spread(hash);
  }

  /**
   * That of a parameter; 0 if it has none, since it is a stream or of a class whose hash may say
   * nothing.
   */
  static long ofParameter(long seed, int index, @Nullable Object value) {
    long own = seed + index * 31L;
    if (value == null) {
      return Repeats.spread(own) | 1;
    }
    if (value instanceof String text) {
      return of(own, text) | 1;
    }
    if (value instanceof byte[] bytes) {
      return bytes.length > MOST_BYTES ? 0 : Repeats.spread(own ^ Arrays.hashCode(bytes)) | 1;
    }
    if (value instanceof Long || value instanceof Double) {
      long bits =
          value instanceof Long number
              ? number
              : Double.doubleToLongBits(((Double) value).doubleValue());
      return Repeats.spread(own ^ Repeats.spread(bits)) | 1;
    }
    if (value instanceof BigDecimal || value instanceof BigInteger || value instanceof UUID) {
      return of(own, value.toString()) | 1;
    }
    if (value instanceof Number
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Enum<?>
        || value instanceof TemporalAccessor
        || value instanceof Date) {
      return of(own, value.getClass().getName() + value) | 1;
    }
    return 0;
  }
}
