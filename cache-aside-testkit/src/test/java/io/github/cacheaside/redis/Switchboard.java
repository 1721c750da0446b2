package io.github.cacheaside.redis;

import io.github.cacheaside.testkit.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An address whose connections lead to one server now and to another later, as a name that is
 * resolved anew, or a proxy that looks for the primary; connections that stand are left alone.
 */
final class Switchboard implements AutoCloseable {
  private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private volatile RedisServer target;
  private volatile int connections;

  Switchboard(RedisServer target) throws IOException {
    this.target = target;
    thread(this::accept);
  }

  String uri() {
    return "redis://127.0.0.1:" + door.getLocalPort();
  }

  /** Connections from now on lead there. */
  void leadTo(RedisServer other) {
    target = other;
  }

  /** How many there have been. */
  int connections() {
    return connections;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread accepts
  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        open.add(client);
        connections++;
        Socket server = new Socket(target.host(), target.port());
        open.add(server);
        thread(() -> pump(client, server));
        thread(() -> pump(server, client));
      } catch (IOException e) {
        // closed, or the target is away
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // one side has gone, so the other goes too
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "switchboard");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
