package io.github.cacheaside.mybatis;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.temporal.Temporal;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.cache.CacheKey;
import org.apache.ibatis.reflection.SystemMetaObject;
import org.jspecify.annotations.Nullable;

/**
 * A cache key as a text that is the same in every JVM, and another for every other key: the id of
 * the statement and the SHA-256 of all that the key is made of, each with its type and length.
 * {@link CacheKey#toString} is not: it writes a {@link Date} without its milliseconds, and
 * separates by a colon what may hold colons.
 */
final class KeyText {

  private final MessageDigest digest;
  private boolean stable = true;

  private KeyText() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /** The parts of a key: the id of its statement first. */
  static List<?> parts(CacheKey key) {
    return (List<?>) SystemMetaObject.forObject(key).getValue("updateList");
  }

  /** The text; empty if a parameter has no stable one, so that its result can't be cached. */
  static Optional<String> of(String statement, List<?> parts) {
    KeyText text = new KeyText();
    parts.forEach(text::add);
    return text.stable
        ? Optional.of(
            statement
                + ":"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(text.digest.digest()))
        : Optional.empty();
  }

  @SuppressWarnings("JavaUtilDate") // it may be a parameter
  private void add(@Nullable Object part) {
    if (part == null) {
      add("null", "");
    } else if (part instanceof Timestamp time) {
      add("timestamp", time.getTime() + "." + time.getNanos());
    } else if (part instanceof Date date) {
      add(part.getClass().getName(), String.valueOf(date.getTime()));
    } else if (part instanceof Enum<?> one) {
      add(one.getDeclaringClass().getName(), one.name());
    } else if (isPlain(part)) {
      add(part.getClass().getName(), part.toString());
    } else if (part.getClass().isArray()) {
      add("array", String.valueOf(Array.getLength(part)));
      for (int i = 0; i < Array.getLength(part); i++) {
        add(Array.get(part, i));
      }
    } else if (part instanceof List<?> list) {
      add("list", String.valueOf(list.size()));
      list.forEach(this::add);
    } else {
      stable = false;
    }
  }

  private static boolean isPlain(Object part) {
    boolean ofTheJdk = part.getClass().getName().startsWith("java.");
    return part instanceof String
        || part instanceof Boolean
        || part instanceof Character
        || part instanceof UUID
        || (ofTheJdk && !(part instanceof Collection) && part instanceof Number)
        || (ofTheJdk && part instanceof Temporal);
  }

  private void add(String type, String text) {
    for (String one : List.of(type, text)) {
      ByteBuffer bytes = ByteBuffer.allocate(4 + 2 * one.length()).putInt(one.length());
      bytes.asCharBuffer().put(one); // as they are: no charset knows half a surrogate pair
      digest.update(bytes.array());
    }
  }
}
