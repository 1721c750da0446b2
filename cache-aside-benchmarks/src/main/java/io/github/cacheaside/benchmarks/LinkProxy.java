package io.github.cacheaside.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** A way to a server that can be slow, stall, be cut, or forget the connections that it carries. */
final class LinkProxy extends TcpProxy {
  private static final long LOOK_MICROS = 500;
  private static final int BUFFER = 16_384;

  /** What becomes of what is said, either way. */
  enum Mode {
    /** It passes. */
    PASS,
    /** It is late, by 60 to 200 ms a packet: around the time-out. */
    SLOW,
    /** It waits, and passes later in its order, as over a link that stalls. */
    HOLD,
    /** Connections are closed, and new ones too. */
    REFUSE
  }

  private final Set<Line> lines = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  LinkProxy(String host, int port) throws IOException {
    super("link-proxy", host, port);
    start();
  }

  /** Sets what happens from now on; {@code REFUSE} also closes the connections that there are. */
  void set(Mode mode) {
    this.mode = mode;
    if (mode == Mode.REFUSE) {
      lines.forEach(Line::close);
    }
  }

  /**
   * From now on nothing passes either way on the connections that there are, and nobody is told, as
   * if a firewall had forgotten them. New ones are as good as ever.
   */
  void forget() {
    lines.forEach(line -> line.forgotten = true);
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

  /** One connection. */
  private final class Line {
    private final Socket client;
    private final Socket server;
    private volatile boolean forgotten;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void open() {
      lines.add(this);
      if (mode == Mode.REFUSE) {
        close();
        return;
      }
      daemon(() -> pump(client, server));
      daemon(() -> pump(server, client));
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[BUFFER];
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          stay();
          if (!forgotten) {
            out.write(buffer, 0, read);
          }
        }
      } catch (IOException e) {
        // one side has closed
      } finally {
        close();
      }
    }

    private void stay() {
      if (mode == Mode.SLOW) {
        Stalls.sleepMillis(ThreadLocalRandom.current().nextLong(60, 200));
      }
      while (mode == Mode.HOLD && !client.isClosed()) {
        Stalls.sleepMicros(LOOK_MICROS);
      }
    }

    void close() {
      lines.remove(this);
      try (client;
          server) {
        forgotten = true;
      } catch (IOException e) {
        // closed is closed
      }
    }
  }
}
