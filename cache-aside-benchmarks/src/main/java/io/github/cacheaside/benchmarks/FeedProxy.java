package io.github.cacheaside.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A way to a Redis that does harm to those connections only on which Redis tells of changes: those
 * with a subscription or with {@code CLIENT TRACKING}. Everything else passes.
 */
final class FeedProxy extends TcpProxy {
  private static final long LOOK_MICROS = 500;

  /** What becomes of what Redis says. */
  enum Mode {
    /** It passes. */
    PASS,
    /** It waits, and passes later in its order, as over a link that stalls. */
    HOLD,
    /** It is lost, replies and all. */
    LOSE,
    /** Only news are lost; replies pass, which no network does. */
    LOSE_NEWS,
    /** Such connections are closed. */
    REFUSE
  }

  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  FeedProxy(String host, int port) throws IOException {
    super("feed-proxy", host, port);
    start();
  }

  /** Sets what happens from now on; {@code REFUSE} also closes the connections that there are. */
  void set(Mode mode) {
    this.mode = mode;
    if (mode == Mode.REFUSE) {
      lines.stream().filter(line -> line.feed).forEach(Line::close);
    }
  }

  /**
   * From now on nothing passes either way on the connections that there are, and nobody is told, as
   * if a firewall had forgotten them. New ones are as good as ever.
   */
  void forget() {
    lines.stream().filter(line -> line.feed).forEach(line -> line.forgotten = true);
  }

  @Override
  void carry(Socket client, Socket server) {
    new Line(client, server).open();
  }

  @Override
  public void close() throws IOException {
    super.close();
    mode = Mode.PASS; // nobody waits any more
    lines.forEach(Line::close);
  }

  /** Passes one message on, or not. */
  @FunctionalInterface
  private interface Relay {
    void take(byte[] message, OutputStream to) throws IOException;
  }

  /** One connection. */
  private final class Line {
    private final Socket client;
    private final Socket server;
    private volatile boolean feed;
    private volatile boolean forgotten;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void open() {
      lines.add(this);
      daemon(() -> pump(client, server, this::ask));
      daemon(() -> pump(server, client, this::answer));
    }

    private void pump(Socket from, Socket to, Relay relay) {
      try (from;
          to) {
        RespMessages messages = new RespMessages(from.getInputStream());
        byte @Nullable [] message = messages.next();
        while (message != null) {
          relay.take(message, to.getOutputStream());
          message = messages.next();
        }
      } catch (IOException e) {
        // one side has closed
      } finally {
        close();
      }
    }

    private void ask(byte[] request, OutputStream redis) throws IOException {
      feed |= RespMessages.asksForNews(request);
      if (feed && mode == Mode.REFUSE) {
        throw new IOException("refused");
      }
      if (!forgotten) {
        redis.write(request);
      }
    }

    private void answer(byte[] message, OutputStream to) throws IOException {
      while (feed && mode == Mode.HOLD) {
        Stalls.sleepMicros(LOOK_MICROS);
      }
      Mode now = mode;
      boolean lost =
          now == Mode.LOSE || (now == Mode.LOSE_NEWS && RespMessages.isNews(message)) || forgotten;
      if (!(feed && lost)) {
        to.write(message);
      }
    }

    void close() {
      lines.remove(this);
      try (client;
          server) {
        feed = true;
      } catch (IOException e) {
        // closed is closed
      }
    }
  }
}
