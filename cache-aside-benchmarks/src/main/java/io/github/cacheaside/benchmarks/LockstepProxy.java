package io.github.cacheaside.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A slow link to a server that counts round trips: it holds everything back until its side has been
 * silent for a while. So a pipeline is one trip, however many packets it comes in, and what waits
 * for a reply before it is sent is another one.
 */
final class LockstepProxy extends TcpProxy {
  private static final long SILENCE_MICROS = 10_000;
  private static final long LOOK_MICROS = 500;
  private static final long SETTLED_MILLIS = 150;

  /** What is counted. */
  @FunctionalInterface
  interface Call {
    long run() throws Exception;
  }

  private final AtomicInteger trips = new AtomicInteger();

  LockstepProxy(String host, int port) throws IOException {
    super("lockstep-proxy", host, port);
    start();
  }

  /** How many round trips there have been since the last call. */
  int trips() {
    return trips.getAndSet(0);
  }

  /** How many round trips a call takes, with those that it does not wait for. */
  int tripsOf(Call call) throws Exception {
    Stalls.sleepMillis(SETTLED_MILLIS);
    int unused = trips();
    long ignored = call.run();
    Stalls.sleepMillis(SETTLED_MILLIS);
    return trips();
  }

  /** How many round trips a call waits for: those that had begun and ended when it returned. */
  int tripsUntilReturn(Call call) throws Exception {
    Stalls.sleepMillis(SETTLED_MILLIS);
    int unused = trips();
    long ignored = call.run();
    return trips(); // what it sent last and did not wait for is still held back
  }

  @Override
  void carry(Socket client, Socket server) {
    daemon(() -> relay(client, server));
  }

  private void relay(Socket client, Socket server) {
    try (client;
        server) {
      boolean answered = true;
      while (!isClosed()) {
        if (pass(client.getInputStream(), server.getOutputStream())) {
          trips.addAndGet(answered ? 1 : 0);
          answered = false;
        }
        answered |= pass(server.getInputStream(), client.getOutputStream());
        Stalls.sleepMicros(LOOK_MICROS);
      }
    } catch (IOException e) {
      // one side has closed
    }
  }

  /** Passes on what one side says until it is silent; says whether that was anything. */
  private static boolean pass(InputStream from, OutputStream to) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (from.available() > 0) {
      all.write(from.readNBytes(from.available()));
      Stalls.sleepMicros(SILENCE_MICROS);
    }
    if (all.size() > 0) {
      to.write(all.toByteArray());
      to.flush();
    }
    return all.size() > 0;
  }
}
