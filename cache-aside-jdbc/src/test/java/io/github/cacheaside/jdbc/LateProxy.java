package io.github.cacheaside.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** A way to a database that can keep what a client says to itself, and deliver it later. */
final class LateProxy implements AutoCloseable {
  private final String host;
  private final int port;
  private final ServerSocket listener;
  private final CountDownLatch delivery = new CountDownLatch(1);
  private volatile boolean holding;

  LateProxy(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** From now on nothing reaches the database. */
  void hold() {
    holding = true;
  }

  /** What was held reaches it after all, whether or not the client is still there. */
  void deliver() {
    delivery.countDown();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "late-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Socket server = new Socket(host, port);
        daemon(() -> pump(client, server, true));
        daemon(() -> pump(server, client, false));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void pump(Socket from, Socket to, boolean mayHold) {
    byte[] buffer = new byte[8_192];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (mayHold && holding) {
          delivery.await();
        }
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // one side has closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    delivery.countDown();
    listener.close();
  }
}
