package io.github.cacheaside.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The way to a server far away: whatever is said arrives later by the same time, in its order. */
final class FarProxy extends TcpProxy {
  private static final int BUFFER = 65_536;

  private final long oneWay;

  FarProxy(String host, int port, Duration oneWay) throws IOException {
    super("far-proxy", host, port);
    this.oneWay = oneWay.toNanos();
    start();
  }

  /** Bytes under way; none at the end. */
  private static final class Chunk {
    private final byte[] bytes;
    private final long due;

    Chunk(byte[] bytes, long due) {
      this.bytes = bytes;
      this.due = due;
    }
  }

  @Override
  void carry(Socket client, Socket server) throws IOException {
    pump(client, server);
    pump(server, client);
  }

  private void pump(Socket from, Socket to) {
    BlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>();
    daemon(() -> listen(from, underWay));
    daemon(() -> speak(to, underWay));
  }

  private void listen(Socket from, BlockingQueue<Chunk> underWay) {
    byte[] buffer = new byte[BUFFER];
    try (from;
        InputStream in = from.getInputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        underWay.add(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime() + oneWay));
      }
    } catch (IOException e) {
      // one side has closed
    } finally {
      underWay.add(new Chunk(new byte[0], 0));
    }
  }

  private static void speak(Socket to, BlockingQueue<Chunk> underWay) {
    try (to;
        OutputStream out = to.getOutputStream()) {
      for (Chunk next = underWay.take(); next.bytes.length > 0; next = underWay.take()) {
        Stalls.sleepUntil(next.due);
        out.write(next.bytes);
      }
    } catch (IOException e) {
      // one side has closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
