package io.github.cacheaside.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Takes connections for a server; what passes on them is for subclasses to say. */
abstract class TcpProxy implements AutoCloseable {
  private final String name;
  private final String host;
  private final int port;
  private final ServerSocket listener;

  /** Listens; {@link #start} takes the first connection. */
  TcpProxy(String name, String host, int port) throws IOException {
    this.name = name;
    this.host = host;
    this.port = port;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** To be called at the end of the constructor. */
  final void start() {
    daemon(this::accept);
  }

  final String uri() {
    return "redis://127.0.0.1:" + listener.getLocalPort();
  }

  /** Begins to pass on what is said on a new connection, without blocking. */
  abstract void carry(Socket client, Socket server) throws IOException;

  final boolean isClosed() {
    return listener.isClosed();
  }

  final void daemon(Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!isClosed()) {
      try {
        connect(listener.accept());
      } catch (IOException e) {
        // closed, or a client that is gone again
      }
    }
  }

  private void connect(Socket client) throws IOException {
    try {
      Socket server = new Socket(host, port);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      carry(client, server);
    } catch (IOException e) {
      client.close(); // a server that is not there
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
