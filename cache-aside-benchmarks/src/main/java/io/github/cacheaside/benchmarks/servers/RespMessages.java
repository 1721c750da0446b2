package io.github.cacheaside.benchmarks.servers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cuts what a Redis or its client says, in RESP2 or RESP3, into whole messages. */
final class RespMessages {
  private static final String LINE_END = "\r\n";
  private static final int NAME = 2;
  private static final int ARGUMENT = 4;
  private static final Set<String> SUBSCRIPTIONS = Set.of("SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE");
  private static final Set<String> NEWS = Set.of("message", "pmessage", "smessage", "invalidate");

  private final InputStream in;

  RespMessages(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The next message; null at the end. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int type = in.read();
    if (type < 0) {
      return null;
    }
    copy(type, message);
    return message.toByteArray();
  }

  private void copy(int type, ByteArrayOutputStream to) throws IOException {
    to.write(type);
    String line = line(to);
    switch (type) {
      case '$', '=', '!' -> {
        int length = Integer.parseInt(line);
        if (length >= 0) {
          to.write(in.readNBytes(length + LINE_END.length()));
        }
      }
      case '*', '>', '~' -> copyAll(Integer.parseInt(line), to);
      case '%' -> copyAll(2 * Integer.parseInt(line), to);
      case '|' -> copyAll(2 * Integer.parseInt(line) + 1, to); // and then what it is about
      default -> {} // all in the line
    }
  }

  private void copyAll(int count, ByteArrayOutputStream to) throws IOException {
    for (int i = 0; i < count; i++) {
      copy(readByte(), to);
    }
  }

  private String line(ByteArrayOutputStream to) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = readByte();
    while (next != '\n') {
      to.write(next);
      line.append((char) next);
      next = readByte();
    }
    to.write(next);
    return line.toString().strip();
  }

  private int readByte() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("a message without its end");
    }
    return next;
  }

  /** Whether with this request a connection becomes one on which Redis tells of changes. */
  static boolean asksForNews(byte[] request) {
    String[] words = words(request);
    String name = word(words, NAME).toUpperCase(Locale.ROOT);
    return SUBSCRIPTIONS.contains(name)
        || (name.equals("CLIENT") && word(words, ARGUMENT).equalsIgnoreCase("TRACKING"));
  }

  /** Whether this is something that Redis tells without being asked, on such a connection. */
  static boolean isNews(byte[] message) {
    return (message[0] == '>' || message[0] == '*') && NEWS.contains(word(words(message), NAME));
  }

  private static String[] words(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1).split(LINE_END, ARGUMENT + 2);
  }

  private static String word(String[] words, int at) {
    return words.length > at ? words[at] : "";
  }
}
