package io.github.cacheaside.engine.base;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which tags an entry has, and under which keys the store keeps their generations.
 *
 * @param clearable whether the cache has the tag that {@code clear()} renews
 */
public record Tags<K, V>(
    String prefix,
    boolean clearable,
    @Nullable Function<? super K, Set<String>> ofKey,
    @Nullable Function<? super V, Set<String>> ofValue) {
  private static final int MOST = 32;
  private static final int LONGEST = 200;

  /** The tag of every entry, which {@code clear()} renews. */
  public static final String ALL = "";

  /** What moves whenever a tag that only values tell is invalidated. No tag of a user's is so. */
  public static final String ANY_OF_VALUES = "#";

  public boolean none() {
    return !clearable && ofKey == null && ofValue == null;
  }

  public boolean known(String tag) {
    return tag.equals(ALL) ? !none() : ofKey != null || ofValue != null;
  }

  /** The tags that are known before the value is. */
  public Set<String> before(K key) {
    if (none()) {
      return Set.of();
    }
    Set<String> tags = new LinkedHashSet<>();
    tags.add(ALL);
    if (ofKey != null) {
      told(ofKey.apply(key), "tagsOfKey").forEach(tag -> tags.add(check(tag)));
    }
    return checkCount(tags);
  }

  /** The tags that only the value tells. */
  public Set<String> after(@Nullable V value) {
    if (ofValue == null || value == null) {
      return Set.of();
    }
    Set<String> tags = told(ofValue.apply(value), "tagsOfValue");
    tags.forEach(Tags::check);
    return checkCount(tags);
  }

  private Set<String> told(@Nullable Set<String> tags, String function) {
    Set<String> told = BadAnswerException.ifNull(tags, function, prefix);
    told.forEach(
        tag -> {
          if (tag == null) {
            throw new BadAnswerException(function, prefix, "a tag that is null");
          }
        });
    return told;
  }

  /** Where the store keeps a tag's generation. No entry has this key: a name has no number sign. */
  public String storeKey(String tag) {
    return prefix + "#" + tag;
  }

  /** Where the store counts the invalidations of tags that only values tell. */
  public String epochKey() {
    return storeKey(ANY_OF_VALUES);
  }

  /** What is marked so that no load fills an entry with one of these tags. */
  public List<String> fenced(Collection<String> names) {
    Set<String> all = new LinkedHashSet<>(names);
    if (ofValue != null) {
      all.add(ANY_OF_VALUES);
    }
    return List.copyOf(all);
  }

  /** Where the marks of writes to a tag's entries lie; no tag begins with a number sign. */
  public String markKey(String tag) {
    return storeKey("#!" + tag);
  }

  public static String check(String tag) {
    if (requireNonNull(tag, "tag").isEmpty() || tag.length() > LONGEST || tag.startsWith("#")) {
      throw new IllegalArgumentException(
          "tag must have 1 to " + LONGEST + " characters and not begin with #: \"" + tag + "\"");
    }
    if (tag.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF)) {
      throw new IllegalArgumentException("tag must not hold half a surrogate pair");
    }
    return tag;
  }

  private static Set<String> checkCount(Set<String> tags) {
    if (tags.size() > MOST) {
      throw new IllegalArgumentException(
          "an entry must have at most " + MOST + " tags but has " + tags.size());
    }
    return tags;
  }
}
