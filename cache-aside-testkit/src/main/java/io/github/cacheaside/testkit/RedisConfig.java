package io.github.cacheaside.testkit;

import java.util.List;

/** Reads lines of {@code redis.conf}. */
final class RedisConfig {
  private RedisConfig() {}

  /** Returns the password that every client needs, or an empty text. */
  static String password(List<String> lines) {
    String password = "";
    for (String line : lines) {
      String[] words = line.strip().split("\\s+", 2);
      if (words.length == 2 && words[0].equalsIgnoreCase("requirepass")) {
        password = unquoted(words[1]);
      }
    }
    return password;
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }
}
