package io.github.cacheaside.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of a server, for tests of what an application does when its network is ill:
 * bytes can come late, wait, or vanish, and connections can be cut or led to another server.
 *
 * <pre>{@code
 * try (TcpProxy proxy = TcpProxy.to(redis.host(), redis.port());
 *     RedisCacheStore store = RedisCacheStore.connect(proxy.uri())) {
 *   proxy.set(TcpProxy.Mode.HOLD); // from now on Redis does not answer
 * }
 * }</pre>
 *
 * <p>It listens on a free port of the loopback interface. A new proxy passes everything on, in
 * order and at once. Each connection has four daemon threads, which end with it. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BACKLOG = 50;
  private static final int BUFFER = 16_384;

  /** How many pieces wait for one side of a connection before the other is read no further. */
  private static final int WAITING = 1_024;

  private static final long LOOK_NANOS = 500_000;
  private static final byte[] NOTHING = {};

  /** What becomes of bytes and connections. */
  public enum Mode {
    /** Bytes pass. */
    PASS,
    /** Bytes wait, both ways, and pass in their order when the mode is another one. */
    HOLD,
    /** The same for what clients say only; what the server says passes. */
    HOLD_REQUESTS,
    /** Connections are closed, new ones too. */
    REFUSE
  }

  /** Takes what one side of a connection says; sees both sides, each on a thread of its own. */
  @FunctionalInterface
  public interface Filter {
    /**
     * Waits for the next piece that is passed on.
     *
     * @param from what one side says
     * @param request whether that side is the client
     * @return the bytes; none if what was read is not passed on; null at the end
     * @throws IOException if the connection is to be closed
     */
    byte @Nullable [] next(InputStream from, boolean request) throws IOException;
  }

  private final ServerSocket listener;
  private final Function<Connection, Filter> filters;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile InetSocketAddress target;
  private volatile Mode mode = Mode.PASS;
  private volatile Supplier<Duration> delay = () -> Duration.ZERO;

  private TcpProxy(
      ServerSocket listener, String host, int port, Function<Connection, Filter> filters) {
    this.listener = listener;
    this.filters = filters;
    this.target = new InetSocketAddress(host, port);
    daemon(this::accept);
  }

  /**
   * Starts a proxy in front of a server.
   *
   * @throws IOException if no port can be had
   */
  public static TcpProxy to(String host, int port) throws IOException {
    return to(host, port, connection -> TcpProxy::whatever);
  }

  /**
   * Starts a proxy that looks at what it passes on.
   *
   * @param filters makes a filter for each connection
   * @throws IOException if no port can be had
   */
  public static TcpProxy to(String host, int port, Function<Connection, Filter> filters)
      throws IOException {
    return new TcpProxy(
        new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), host, port, filters);
  }

  /**
   * Starts a proxy whose clients speak TLS; the server does not.
   *
   * @param context with the certificate of the proxy, which has to name {@code localhost}
   * @param clientsShowCertificates whether a client without one is turned away
   * @throws IOException if no port can be had
   */
  public static TcpProxy tls(
      SSLContext context, boolean clientsShowCertificates, String host, int port)
      throws IOException {
    SSLServerSocket listener =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(clientsShowCertificates);
    return new TcpProxy(listener, host, port, connection -> TcpProxy::whatever);
  }

  /** Where it listens, on {@code 127.0.0.1}. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Its address as a Redis client takes it; with TLS by a name, since names are verified. */
  public String uri() {
    return listener instanceof SSLServerSocket
        ? "rediss://localhost:" + port()
        : "redis://127.0.0.1:" + port();
  }

  /** How many connections have been led to a server so far; with TLS, each after its handshake. */
  public int connections() {
    return connections.get();
  }

  /** Sets what happens from now on; {@code REFUSE} also closes the connections that there are. */
  public void set(Mode mode) {
    this.mode = mode;
    if (mode == Mode.REFUSE) {
      open.forEach(Connection::close);
    }
  }

  /**
   * Makes what is read from now on arrive later, each way, in its order.
   *
   * @param delay asked for each piece of up to 16 kB
   */
  public void delay(Supplier<Duration> delay) {
    this.delay = delay;
  }

  /** Leads new connections to another server; those that there are stay where they are. */
  public void leadTo(String host, int port) {
    target = new InetSocketAddress(host, port);
  }

  /**
   * From now on nothing passes either way on the connections that there are, and neither side is
   * told, as if a firewall had forgotten them. New ones are as good as ever.
   */
  public void forget() {
    open.forEach(Connection::forget);
  }

  /** Closes all connections, and takes no more. */
  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(Connection::close);
  }

  private static byte @Nullable [] whatever(InputStream from, boolean request) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int read = from.read(buffer);
    return read < 0 ? null : Arrays.copyOf(buffer, read);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        daemon(() -> connect(client));
      } catch (IOException e) {
        // closed, or a client that is gone again
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    Connection connection = new Connection(client, server);
    try {
      if (client instanceof SSLSocket secured) {
        secured.startHandshake();
      }
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      connection.start();
    } catch (IOException e) {
      connection.close(); // a client that may not come in, or a server that is not there
    }
  }

  /** A piece under way; an empty one is the end. */
  private static final class Piece {
    private final byte[] bytes;
    private final long due;

    Piece(byte[] bytes, long due) {
      this.bytes = bytes;
      this.due = due;
    }
  }

  /** One connection of a client, and the one to the server that belongs to it. Thread-safe. */
  public final class Connection {
    private final Socket client;
    private final Socket server;
    private volatile boolean forgotten;
    private volatile boolean closed;

    private Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void start() {
      connections.incrementAndGet();
      open.add(this);
      if (mode == Mode.REFUSE || listener.isClosed()) {
        close();
        return;
      }
      Filter filter = filters.apply(this);
      carry(client, server, filter, /* request= */ true);
      carry(server, client, filter, /* request= */ false);
    }

    private void carry(Socket from, Socket to, Filter filter, boolean request) {
      BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(WAITING);
      daemon(() -> listen(from, filter, request, underWay));
      daemon(() -> speak(to, request, underWay));
    }

    private void listen(
        Socket from, Filter filter, boolean request, BlockingQueue<Piece> underWay) {
      try {
        InputStream in = from.getInputStream();
        byte @Nullable [] next = filter.next(in, request);
        while (next != null && !closed) {
          if (next.length > 0 && !forgotten) {
            put(underWay, new Piece(next, System.nanoTime() + delay.get().toNanos()));
          }
          next = filter.next(in, request);
        }
      } catch (IOException e) {
        // one side has closed
      } finally {
        put(underWay, new Piece(NOTHING, System.nanoTime()));
      }
    }

    /** Waits while too much is under way; a connection that is closed makes room soon. */
    private static void put(BlockingQueue<Piece> underWay, Piece piece) {
      while (!underWay.offer(piece)) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }

    private void speak(Socket to, boolean request, BlockingQueue<Piece> underWay) {
      try {
        for (Piece next = underWay.take(); next.bytes.length > 0; next = underWay.take()) {
          waitFor(next, request);
          if (!forgotten) {
            to.getOutputStream().write(next.bytes);
          }
        }
      } catch (IOException e) {
        // one side has closed
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        close();
      }
    }

    private void waitFor(Piece piece, boolean request) {
      for (long left = piece.due - System.nanoTime();
          left > 0 && !closed;
          left = piece.due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      while (!closed && (mode == Mode.HOLD || (mode == Mode.HOLD_REQUESTS && request))) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }

    /** From now on nothing passes on it, either way, and neither side is told. */
    public void forget() {
      forgotten = true;
    }

    /** Closes both sides. */
    public void close() {
      closed = true;
      open.remove(this);
      try (client;
          server) {
        forgotten = true;
      } catch (IOException e) {
        // closed is closed
      }
    }
  }
}
