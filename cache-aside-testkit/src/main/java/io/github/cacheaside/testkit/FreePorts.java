package io.github.cacheaside.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports to listen on: random ones below 32768, where no outgoing connection can take the port while
 * its server is down.
 */
final class FreePorts {
  private static final int LOWEST = 12_000;
  private static final int HIGHEST = 32_000;

  /** Redis Cluster nodes talk to one another on the port this much above their own. */
  static final int CLUSTER_BUS_OFFSET = 10_000;

  private static final Set<Integer> GIVEN = new HashSet<>();

  private FreePorts() {}

  /** Returns a port that is free, as is its cluster bus port. */
  static synchronized int next() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (!GIVEN.contains(port) && isFree(port) && isFree(port + CLUSTER_BUS_OFFSET)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
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
