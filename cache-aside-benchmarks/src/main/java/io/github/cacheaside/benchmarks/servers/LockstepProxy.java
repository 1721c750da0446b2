package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.testkit.TcpProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A slow link to a server that counts round trips: it holds everything back until its side has been
 * silent for a while. So a pipeline is one trip, however many packets it comes in, and what waits
 * for a reply before it is sent is another one.
 */
public final class LockstepProxy implements AutoCloseable {
  private static final long SILENCE_MICROS = 10_000;
  private static final long SETTLED_MILLIS = 150;

  /** What is counted. */
  @FunctionalInterface
  public interface Call {
    long run() throws Exception;
  }

  private final TcpProxy proxy;
  private final AtomicInteger trips = new AtomicInteger();

  public LockstepProxy(String host, int port) throws IOException {
    this.proxy = TcpProxy.to(host, port, connection -> new Lockstep());
  }

  public String uri() {
    return proxy.uri();
  }

  /** How many round trips there have been since the last call. */
  public int trips() {
    return trips.getAndSet(0);
  }

  /** How many round trips a call takes, with those that it does not wait for. */
  public int tripsOf(Call call) throws Exception {
    Stalls.sleepMillis(SETTLED_MILLIS);
    int unused = trips();
    long ignored = call.run();
    Stalls.sleepMillis(SETTLED_MILLIS);
    return trips();
  }

  /** How many round trips a call waits for: those that had begun and ended when it returned. */
  public int tripsUntilReturn(Call call) throws Exception {
    Stalls.sleepMillis(SETTLED_MILLIS);
    int unused = trips();
    long ignored = call.run();
    return trips(); // what it sent last and did not wait for is still held back
  }

  @Override
  public void close() throws IOException {
    proxy.close();
  }

  /** One connection: one side at a time is listened to. */
  private final class Lockstep implements TcpProxy.Filter {
    private boolean answered = true;

    @Override
    public byte @Nullable [] next(InputStream from, boolean request) throws IOException {
      byte[] first = from.readNBytes(1);
      if (first.length == 0) {
        return null;
      }
      synchronized (this) {
        byte[] all = untilSilence(first, from);
        trips.addAndGet(request && answered ? 1 : 0);
        answered = !request;
        return all;
      }
    }

    private static byte[] untilSilence(byte[] first, InputStream from) throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.write(first);
      do {
        all.write(from.readNBytes(from.available()));
        Stalls.sleepMicros(SILENCE_MICROS);
      } while (from.available() > 0);
      return all.toByteArray();
    }
  }
}
