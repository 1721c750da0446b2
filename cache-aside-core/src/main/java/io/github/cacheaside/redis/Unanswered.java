package io.github.cacheaside.redis;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Closes a connection on which nothing has come for 5 seconds although something was sent, so that
 * the client reconnects. A firewall that has forgotten a connection does not say so, and TCP alone
 * tries for a quarter of an hour. One on which nothing has ever come is left to the handshake,
 * which has a time-out of its own and says so.
 */
final class Unanswered extends ChannelDuplexHandler {
  static final Duration LIMIT = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;

  // of the event loop
  private boolean heard;
  private boolean waiting;
  private boolean planned;
  private long since;

  Unanswered() {
    this(System::nanoTime);
  }

  Unanswered(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (heard && !waiting) {
      waiting = true;
      since = nanoTime.getAsLong();
      plan(context, LIMIT.toNanos());
    }
    context.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    heard = true;
    waiting = false;
    context.fireChannelRead(message);
  }

  /** One look in 5 seconds, however much is sent. */
  private void plan(ChannelHandlerContext context, long nanos) {
    if (!planned) {
      planned = true;
      context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look(ChannelHandlerContext context) {
    planned = false;
    if (!waiting || !context.channel().isOpen()) {
      return;
    }
    long left = since + LIMIT.toNanos() - nanoTime.getAsLong();
    if (left <= 0) {
      context.close();
    } else {
      plan(context, left);
    }
  }
}
