package io.github.cacheaside.benchmarks.servers;

import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.testkit.TcpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A way to a Redis that does harm to those connections only on which Redis tells of changes: those
 * with a subscription or with {@code CLIENT TRACKING}. Everything else passes.
 */
public final class FeedProxy implements AutoCloseable {
  private static final long LOOK_MICROS = 500;
  private static final byte[] NOTHING = {};

  /** What becomes of what Redis says. */
  public enum Mode {
    /** It passes. */
    PASS,
    /** It waits, and passes later in its order, as over a link that stalls. */
    HOLD,
    /** It is lost, replies and all. */
    LOSE,
    /** Only news are lost; replies pass, which no network does. */
    LOSE_NEWS,
    /** Such connections are closed. */
    REFUSE
  }

  private final TcpProxy proxy;
  private final Set<Line> feeds = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  public FeedProxy(String host, int port) throws IOException {
    this.proxy = TcpProxy.to(host, port, Line::new);
  }

  public String uri() {
    return proxy.uri();
  }

  /** Sets what happens from now on; {@code REFUSE} also closes the connections that there are. */
  public void set(Mode mode) {
    this.mode = mode;
    if (mode == Mode.REFUSE) {
      feeds.forEach(line -> line.connection.close());
    }
  }

  /**
   * From now on nothing passes either way on the connections that there are, and neither side is
   * told, as if a firewall had forgotten them. New ones are as good as ever.
   */
  public void forget() {
    feeds.forEach(line -> line.connection.forget());
  }

  @Override
  public void close() throws IOException {
    mode = Mode.PASS; // nothing waits any more
    proxy.close();
  }

  /** One connection. */
  private final class Line implements TcpProxy.Filter {
    private final TcpProxy.Connection connection;
    private @Nullable RespMessages requests; // of the thread that reads them, as is the next
    private @Nullable RespMessages replies;

    Line(TcpProxy.Connection connection) {
      this.connection = connection;
    }

    @Override
    public byte @Nullable [] next(InputStream from, boolean request) throws IOException {
      return request ? ask(from) : answer(from);
    }

    private byte @Nullable [] ask(InputStream client) throws IOException {
      RespMessages messages = requests == null ? new RespMessages(client) : requests;
      requests = messages;
      byte @Nullable [] asked = messages.next();
      if (asked == null) {
        feeds.remove(this);
      } else if (RespMessages.asksForNews(asked)) {
        feeds.add(this);
      }
      if (isFeed() && mode == Mode.REFUSE) {
        throw new IOException("refused");
      }
      return asked;
    }

    private byte @Nullable [] answer(InputStream redis) throws IOException {
      RespMessages messages = replies == null ? new RespMessages(redis) : replies;
      replies = messages;
      byte @Nullable [] answered = messages.next();
      while (isFeed() && mode == Mode.HOLD) {
        Stalls.sleepMicros(LOOK_MICROS);
      }
      Mode now = mode;
      boolean lost =
          answered != null
              && (now == Mode.LOSE || (now == Mode.LOSE_NEWS && RespMessages.isNews(answered)));
      return isFeed() && lost ? NOTHING : answered;
    }

    private boolean isFeed() {
      return feeds.contains(this);
    }
  }
}
