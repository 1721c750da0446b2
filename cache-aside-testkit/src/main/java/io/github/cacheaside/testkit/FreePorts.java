package io.github.cacheaside.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports to listen on: random ones below 32768, as their cluster bus ports are, where no outgoing
 * connection can take the port while its server is down.
 *
 * <p>Test JVMs run side by side, and a port is free until its server has started. So a JVM locks a
 * file for each port that it gives, until it exits.
 */
final class FreePorts {
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 22_000;

  /** Redis Cluster nodes talk to one another on the port this much above their own. */
  static final int CLUSTER_BUS_OFFSET = 10_000;

  /** By port. The system ends the lock with the JVM, however that ends. */
  private static final Map<Integer, FileChannel> GIVEN = new HashMap<>();

  private FreePorts() {}

  /** Returns a port that is free, as is its cluster bus port. */
  static synchronized int next() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (!GIVEN.containsKey(port)
          && isFree(port)
          && isFree(port + CLUSTER_BUS_OFFSET)
          && isOurs(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
  }

  /** Locks the port against other JVMs of this user. */
  private static boolean isOurs(int port) {
    try {
      FileChannel file =
          FileChannel.open(
              directory().resolve(String.valueOf(port)),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (file.tryLock() == null) {
        file.close();
        return false;
      }
      GIVEN.put(port, file);
      return isFree(port); // its last owner may have started a server since we looked
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  /** Where JVMs of this user lock files against each other. */
  static Path directory() throws IOException {
    String user = System.getProperty("user.name", "").replaceAll("\\W", "_");
    String temporary = System.getProperty("java.io.tmpdir", ".");
    return Files.createDirectories(Path.of(temporary, "cache-aside-ports-" + user));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
