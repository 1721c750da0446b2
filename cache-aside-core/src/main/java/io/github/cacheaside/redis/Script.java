package io.github.cacheaside.redis;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The Lua scripts, which make each operation atomic. */
enum Script {
  LEASE,
  REFRESH,
  TOUCH,
  RENEW,
  FILL,
  ABANDON,
  PUT,
  PUT_IF_ABSENT,
  DROP,
  SOFTEN,
  INTENT,
  RELEASE,
  GENERATION,
  HASH;

  @SuppressWarnings("ImmutableEnumChecker") // the array is never changed
  private final byte[] source = read(name().toLowerCase(java.util.Locale.ROOT) + ".lua");

  private final String sha = sha1(source);

  byte[] source() {
    return source;
  }

  /** How Redis names the script once it knows it. */
  String sha() {
    return sha;
  }

  private static byte[] read(String file) {
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("missing from the jar: " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("can't be read: " + file, e);
    }
  }

  private static String sha1(byte[] source) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(source));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
