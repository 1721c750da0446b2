package io.github.cacheaside.boot;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A Redis behind TLS, which knows its clients by their certificate. */
final class TlsRedis implements AutoCloseable {
  static final String PASSWORD = "changeit";

  private final RedisServer redis = TestServers.newRedis();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger handshakes = new AtomicInteger();
  private final Path keys;
  private final SSLServerSocket listener;

  TlsRedis(Path directory) throws IOException, GeneralSecurityException, InterruptedException {
    this.keys = directory.resolve("both.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "both",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keys.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(directory.resolve("keytool.log")));
    }
    this.listener =
        (SSLServerSocket)
            context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setNeedClientAuth(true);
    threads.execute(this::accept);
  }

  private SSLContext context() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory mine = KeyManagerFactory.getInstance("PKIX");
    mine.init(store, PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("both", store.getCertificate("both"));
    TrustManagerFactory theirs = TrustManagerFactory.getInstance("PKIX");
    theirs.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(mine.getKeyManagers(), theirs.getTrustManagers(), null);
    return context;
  }

  /** The key and the certificate of both sides. */
  Path keys() {
    return keys;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many connections have shown a certificate that is known here. */
  int handshakes() {
    return handshakes.get();
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
      handshakes.incrementAndGet();
      Socket server = new Socket(redis.host(), redis.port());
      sockets.add(server);
      threads.execute(() -> copy(server, client));
      copy(client, server);
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
    sockets.forEach(TlsRedis::close);
    threads.shutdownNow();
    redis.close();
  }
}
