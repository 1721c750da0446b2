package io.github.cacheaside.redis;

import io.github.cacheaside.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** TLS in front of a Redis that has none, since not every program of the test kit is built with. */
final class TlsProxy implements AutoCloseable {
  private final SSLServerSocket listener;
  private final RedisServer target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();

  TlsProxy(SSLContext context, boolean clientsMustShowCertificates, RedisServer target)
      throws IOException {
    this.target = target;
    this.listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(clientsMustShowCertificates);
    threads.execute(this::accept);
  }

  /** By a name, for names are what is verified. */
  String uri() {
    return "rediss://localhost:" + listener.getLocalPort();
  }

  /** How many connections have come through, each after its handshake. */
  int accepted() {
    return accepted.get();
  }

  private void accept() {
    try {
      while (true) {
        SSLSocket client = (SSLSocket) listener.accept();
        sockets.add(client);
        threads.execute(() -> serve(client));
      }
    } catch (IOException closed) {
      threads.shutdown();
    }
  }

  private void serve(SSLSocket client) {
    try {
      client.startHandshake();
      accepted.incrementAndGet();
      Socket redis = new Socket(target.host(), target.port());
      sockets.add(redis);
      threads.execute(() -> copy(redis, client));
      copy(client, redis);
    } catch (IOException | java.util.concurrent.RejectedExecutionException e) {
      close(client);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // the end of the connection, as a clean end is
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sockets.forEach(TlsProxy::close);
    threads.shutdownNow();
  }
}
