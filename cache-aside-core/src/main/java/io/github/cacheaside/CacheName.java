package io.github.cacheaside;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The name of a cache: as people and meters see it, and as it stands in keys.
 *
 * <p>A name is 1 to 100 of {@code A-Z a-z 0-9 _ . -}, which stand in keys as they are. Frameworks
 * have other names too, such as {@code com.acme.Order#lines}: {@link #ofAnyText} takes them, and
 * writes every other character into keys as the bytes of its UTF-8 in hexadecimal, each after a
 * percent sign ({@code com.acme.Order%23lines}). So two names are never the same in keys, and no
 * name looks like a namespace, a version or the key of a tag. Immutable.
 */
public final class CacheName {
  private static final Pattern STRICT = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
  private static final int LONGEST = 1000;

  private final String text;
  private final String inKeys;

  private CacheName(String text, String inKeys) {
    this.text = text;
    this.inKeys = inKeys;
  }

  /**
   * A name that stands in keys as it is.
   *
   * @param text 1 to 100 of {@code A-Z a-z 0-9 _ . -}
   * @return the name
   * @throws IllegalArgumentException if it has other characters
   */
  public static CacheName of(String text) {
    return new CacheName(text, check(text, "name"));
  }

  /**
   * Any text as a name. What {@link #of} takes is the same name here.
   *
   * @param text 1 to 1,000 characters, none of them half a surrogate pair
   * @return the name
   * @throws IllegalArgumentException if it is empty, longer, or no text
   */
  public static CacheName ofAnyText(String text) {
    if (requireNonNull(text, "text").isEmpty() || text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "text must have 1 to " + LONGEST + " characters but has " + text.length());
    }
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints().forEach(point -> append(escaped, point));
    return new CacheName(text, escaped.toString());
  }

  private static void append(StringBuilder escaped, int point) {
    if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
      throw new IllegalArgumentException("text must not hold half a surrogate pair");
    }
    String character = Character.toString(point);
    if (STRICT.matcher(character).matches()) {
      escaped.append(character);
      return;
    }
    for (byte each : character.getBytes(StandardCharsets.UTF_8)) {
      escaped.append(String.format("%%%02X", each));
    }
  }

  /** The text itself, if it is 1 to 100 of the characters that need no escape. */
  public static String check(String text, String argument) {
    if (!STRICT.matcher(requireNonNull(text, argument)).matches()) {
      throw new IllegalArgumentException(
          argument + " must be 1 to 100 of A-Z a-z 0-9 _ . - but was \"" + text + "\"");
    }
    return text;
  }

  /**
   * The name as it was given: in meters, logs and messages.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  /**
   * The name as it stands in keys.
   *
   * @return of {@code A-Z a-z 0-9 _ . - %}
   */
  public String inKeys() {
    return inKeys;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CacheName name && name.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
