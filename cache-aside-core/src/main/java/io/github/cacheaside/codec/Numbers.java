package io.github.cacheaside.codec;

import java.math.BigDecimal;
import java.math.BigInteger;

/** How long a number may be, in both directions; Jackson reads no more digits by itself. */
final class Numbers {
  private static final int MOST_DIGITS = 950; // of the 1,000 that a number may have with its scale
  private static final int MOST_SCALE = 10_000;
  private static final int MOST_BITS = 3_100; // less than 950 digits

  private Numbers() {}

  static void check(BigDecimal value) throws RefusedValueException {
    if (value.getClass() != BigDecimal.class
        || value.unscaledValue().bitLength() > MOST_BITS
        || Math.abs((long) value.scale()) > MOST_SCALE) {
      throw new RefusedValueException(
          "a decimal of another class than BigDecimal, of more than "
              + MOST_DIGITS
              + " digits or with a scale beyond "
              + MOST_SCALE);
    }
  }

  static void check(BigInteger value) throws RefusedValueException {
    if (value.getClass() != BigInteger.class || value.bitLength() > MOST_BITS) {
      throw new RefusedValueException(
          "a whole number of another class than BigInteger or of more than "
              + MOST_DIGITS
              + " digits");
    }
  }
}
