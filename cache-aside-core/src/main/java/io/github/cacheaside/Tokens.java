package io.github.cacheaside;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Issues tokens: random per JVM start, then counted. */
final class Tokens {
  private static final long HIGH;
  private static final AtomicLong LOW;

  static {
    SecureRandom random = new SecureRandom();
    HIGH = random.nextLong();
    LOW = new AtomicLong(random.nextLong());
  }

  private Tokens() {}

  static LeaseToken next() {
    return new LeaseToken(HIGH, LOW.getAndIncrement());
  }
}
