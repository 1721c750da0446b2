package io.github.cacheaside.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a server that can forget the connections it carries, as firewalls do: untold. */
final class ForgetfulProxy implements AutoCloseable {
  private final String host;
  private final int port;
  private final ServerSocket listener;
  private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  ForgetfulProxy(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  String uri() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  /** Nothing passes any more on the connections that there are. New ones are as good as ever. */
  void forget() {
    forgotten.addAll(clients);
  }

  int accepted() {
    return accepted.get();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "forgetful-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(host, port);
        accepted.incrementAndGet();
        clients.add(client);
        daemon(() -> pump(client, server, client));
        daemon(() -> pump(server, client, client));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void pump(Socket from, Socket to, Socket client) {
    byte[] buffer = new byte[8_192];
    try (from;
        to) {
      int read = from.getInputStream().read(buffer);
      while (read >= 0) {
        if (!forgotten.contains(client)) {
          to.getOutputStream().write(buffer, 0, read);
        }
        read = from.getInputStream().read(buffer);
      }
    } catch (IOException e) {
      // one side has closed
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
