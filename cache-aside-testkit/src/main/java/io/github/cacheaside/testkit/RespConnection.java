package io.github.cacheaside.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One blocking connection to Redis, for the few commands that setting servers up takes. Connecting
 * and every reply may take 2 seconds.
 */
final class RespConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 2000;

  /** An error that Redis replied. */
  static final class ReplyException extends IOException {
    private static final long serialVersionUID = 1;

    ReplyException(String message) {
      super(message);
    }
  }

  private final Socket socket;
  private final InputStream in;

  private RespConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Connects to a {@code redis://} or {@code rediss://} address, with its user and its database.
   */
  static RespConnection open(RedisAddress address) throws IOException {
    Socket plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
      plain.setSoTimeout(TIMEOUT_MILLIS);
      RespConnection connection =
          new RespConnection(address.tls() ? secure(plain, address) : plain);
      connection.greet(address);
      return connection;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  /** Connects without a user. */
  static RespConnection open(String host, int port) throws IOException {
    return open(new RedisAddress(URI.create("redis://" + host + ":" + port)));
  }

  private static Socket secure(Socket plain, RedisAddress address) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    return factory.createSocket(plain, address.host(), address.port(), true);
  }

  private void greet(RedisAddress address) throws IOException {
    if (!address.password().isEmpty()) {
      if (address.user().isEmpty()) {
        call("AUTH", address.password());
      } else {
        call("AUTH", address.user(), address.password());
      }
    }
    if (address.database() != 0) {
      call("SELECT", Integer.toString(address.database()));
    }
  }

  /** Returns the reply: a String, a Long, a List of replies, or null. */
  @Nullable Object call(String... words) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(("*" + words.length + "\r\n").getBytes(UTF_8));
    for (String word : words) {
      byte[] bytes = word.getBytes(UTF_8);
      request.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
      request.writeBytes(bytes);
      request.writeBytes("\r\n".getBytes(UTF_8));
    }
    socket.getOutputStream().write(request.toByteArray());
    return reply();
  }

  /** Returns the reply as text, nested replies in Java's list notation. */
  String text(String... words) throws IOException {
    return String.valueOf(call(words));
  }

  private @Nullable Object reply() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new ReplyException(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> list(Integer.parseInt(rest));
      default -> throw new IOException("not a reply of Redis");
    };
  }

  private @Nullable String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2) {
      throw new EOFException("connection closed in a reply");
    }
    return new String(bytes, 0, length, UTF_8);
  }

  private @Nullable List<@Nullable Object> list(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> replies = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      replies.add(reply());
    }
    return replies;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("connection closed");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    if (line.size() == 0) {
      throw new IOException("empty reply");
    }
    return line.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
