package io.github.cacheaside.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is too large from the client, which would hold it in memory before its length can be
 * looked at.
 *
 * <p>It follows the framing of RESP2 and RESP3: of a string it reads the declared length and skips
 * the bytes, so a hit costs it a few bytes. In the place of a string beyond the bound the client
 * gets a short one that stands for it, and the bytes are thrown away as they come; all other
 * replies are as they were. A connection is closed, and the client makes another, where that is not
 * enough: when throwing away takes longer than 500 ms, when a reply that has begun is not complete
 * after 5 seconds, however little of it comes at a time, and at what no Redis sends. Before the
 * first of these the client gets a stand-in for each element that its reply still lacks, so that it
 * learns for which key the connection is lost, and can remove it.
 */
final class ReplyLimit extends ChannelInboundHandlerAdapter {
  /** How long bytes of one reply are thrown away. */
  static final Duration LONGEST_DISCARD = Duration.ofMillis(500);

  /** How long a reply may take from its first bytes to its last. */
  static final Duration LONGEST_REPLY = Duration.ofSeconds(5);

  /** What headers, tags and encryption add to a payload, generously. */
  private static final int OVERHEAD = 1 << 16;

  /** A status, an error or a number; Redis has none that is longer. */
  private static final int LONGEST_LINE = 1 << 16;

  /** What an element costs besides its bytes. */
  private static final int ELEMENT = 32;

  /** How many elements of one reply are made up: more than the keys of an {@code MGET}. */
  private static final int MOST_STAND_INS = 1_000;

  private static final byte[] TOO_LARGE = stands('L');
  private static final byte[] TOO_MUCH = stands('M');
  private static final byte[] LOST = stands('C');
  private static final byte[] REPLY_TOO_LARGE = bulk(TOO_LARGE);
  private static final byte[] REPLY_TOO_MUCH = bulk(TOO_MUCH);
  private static final byte[] REPLY_LOST = bulk(LOST);

  /** Whether the client has failed with an Error on this thread; mostly it is not read. */
  private static final ThreadLocal<Boolean> BROKEN = new ThreadLocal<>();

  private static volatile boolean everBroken;

  /** How large a string may be; shared by the connections of a store, raised by its caches. */
  static final class Bound {
    /** At first the default of {@link io.github.cacheaside.CacheAsideBuilder#maxPayload}: 8 MiB. */
    private final AtomicInteger payload;

    private final long atLeast;

    Bound() {
      this(8 << 20, Runtime.getRuntime().maxMemory() / 8);
    }

    /**
     * A bound.
     *
     * @param payload of one string
     * @param atLeast how many bytes all strings of a reply may have, even if values are small
     */
    Bound(int payload, long atLeast) {
      this.payload = new AtomicInteger(payload);
      this.atLeast = atLeast;
    }

    /** A cache reads values of so many bytes. */
    void admit(int bytes) {
      payload.accumulateAndGet(bytes, Math::max);
    }

    long string() {
      return (long) payload.get() + OVERHEAD;
    }

    /** All strings of one reply, as of an {@code MGET} of 128 keys. */
    long reply() {
      return Math.max(4 * string(), atLeast);
    }
  }

  private final Bound bound;
  private final LongSupplier nanoTime;

  // of the event loop
  private byte[] held = new byte[64]; // the beginning of a line, before it is known what it is
  private int holds;
  private int heldHere; // how many of them came last
  private boolean tooMuch; // why the last string did not pass
  private long passing; // how many bytes of a string, and its end, the client still gets
  private long discarding; // or does not get
  private long elements = 1; // how many are to come until the reply is complete
  private long total;
  private boolean inReply;
  private boolean timed;
  private long began;
  private long discardingSince;
  private boolean closed;

  ReplyLimit(Bound bound) {
    this(bound, System::nanoTime);
  }

  ReplyLimit(Bound bound, LongSupplier nanoTime) {
    this.bound = bound;
    this.nanoTime = nanoTime;
  }

  private static byte[] stands(char kind) {
    return ("\0cache-aside: too large " + kind).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] bulk(byte[] content) {
    byte[] head = ("$" + content.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(head, head.length + content.length + 2);
    System.arraycopy(content, 0, all, head.length, content.length);
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    return all;
  }

  /** Whether these bytes stand for a string that is larger than any value may be. */
  static boolean isTooLarge(byte @Nullable [] bytes) {
    return bytes != null && bytes.length == TOO_LARGE.length && Arrays.equals(bytes, TOO_LARGE);
  }

  /** Whether they stand for one that found no room beside the others of its reply. */
  static boolean isTooMuch(byte @Nullable [] bytes) {
    return bytes != null && bytes.length == TOO_MUCH.length && Arrays.equals(bytes, TOO_MUCH);
  }

  /** Whether they stand for one that was not read before its connection was closed. */
  static boolean isLost(byte @Nullable [] bytes) {
    return bytes != null && bytes.length == LOST.length && Arrays.equals(bytes, LOST);
  }

  /**
   * The client has run out of memory, perhaps in the middle of a reply, and would take the rest for
   * the reply to the next command. The connection whose reply this thread is reading is closed.
   */
  static void clientIsBroken() {
    everBroken = true;
    BROKEN.set(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof ByteBuf in)) {
      context.fireChannelRead(message);
      return;
    }
    int first = in.readerIndex();
    int start = read(context, in);
    if (start == first && holds == 0 && !closed) {
      context.fireChannelRead(in);
    } else {
      if (!closed) {
        pass(context, in, start, in.writerIndex() - heldHere);
      }
      in.release();
    }
    checkTime(context);
    if (everBroken && Boolean.TRUE.equals(BROKEN.get())) {
      BROKEN.remove();
      close(context);
    }
  }

  /**
   * Follows what has come.
   *
   * @return where what was not passed on yet begins
   */
  private int read(ChannelHandlerContext context, ByteBuf in) {
    heldHere = 0;
    int start = in.readerIndex();
    int at = start;
    int end = in.writerIndex();
    while (at < end && !closed) {
      if (passing > 0) {
        int some = (int) Math.min(passing, end - at);
        at += some;
        passing -= some;
        endElement(passing == 0);
      } else if (discarding > 0) {
        int some = (int) Math.min(discarding, end - at);
        at += some;
        start = at;
        discarding -= some;
        endElement(discarding == 0);
      } else {
        int lineEnd = in.indexOf(at, end, (byte) '\n') + 1;
        inReply = true;
        if (lineEnd == 0) {
          hold(context, in, at, end);
          return start;
        }
        boolean passes = line(context, in, at, lineEnd);
        if (!passes) {
          pass(context, in, start, at);
          context.fireChannelRead(
              Unpooled.wrappedBuffer(tooMuch ? REPLY_TOO_MUCH : REPLY_TOO_LARGE));
          start = lineEnd;
        } else if (holds > 0) {
          context.fireChannelRead(Unpooled.copiedBuffer(held, 0, holds));
        }
        holds = 0;
        at = lineEnd;
      }
    }
    return start;
  }

  private static void pass(ChannelHandlerContext context, ByteBuf in, int from, int to) {
    if (to > from) {
      context.fireChannelRead(in.retainedSlice(from, to - from));
    }
  }

  /** A line that is not complete: it is passed on when it is known what follows. */
  private void hold(ChannelHandlerContext context, ByteBuf in, int from, int to) {
    int more = to - from;
    if (holds + more > LONGEST_LINE) {
      close(context);
      return;
    }
    if (holds + more > held.length) {
      held = Arrays.copyOf(held, Math.max(2 * held.length, holds + more));
    }
    in.getBytes(from, held, holds, more);
    holds += more;
    heldHere = more;
  }

  private byte at(ByteBuf in, int from, int index) {
    return index < holds ? held[index] : in.getByte(from + index - holds);
  }

  /**
   * Looks at a complete line, which may begin in what is held.
   *
   * @return whether the client gets it
   */
  private boolean line(ChannelHandlerContext context, ByteBuf in, int from, int to) {
    total += ELEMENT;
    switch (at(in, from, 0)) {
      case '$', '!', '=' -> {
        return string(context, number(in, from, to));
      }
      case '*', '~', '>' -> aggregate(context, number(in, from, to), 1, -1);
      case '%' -> aggregate(context, number(in, from, to), 2, -1);
      case '|' -> aggregate(context, number(in, from, to), 2, 0);
      case '+', '-', ':', '_', ',', '#', '(' -> endElement(/* complete= */ true);
      default -> close(context); // no Redis
    }
    if (total > bound.reply()) {
      close(context);
    }
    return true;
  }

  /** The number in a line; -1 if it is negative, {@link Long#MAX_VALUE} if it is too large. */
  private long number(ByteBuf in, int from, int to) {
    int length = holds + to - from;
    long number = 0;
    for (int i = 1; i < length; i++) {
      int digit = at(in, from, i) - '0';
      if (digit >= 0 && digit <= 9) {
        number = number > Integer.MAX_VALUE ? Long.MAX_VALUE / 16 : number * 10 + digit;
      } else if (digit == '-' - '0') {
        return -1;
      }
    }
    return number;
  }

  private boolean string(ChannelHandlerContext context, long length) {
    if (length < 0) {
      endElement(/* complete= */ true);
      return true;
    }
    if (length > Integer.MAX_VALUE) { // 2 GiB; a Redis has 512 MiB at most, unless told otherwise
      close(context);
      return true;
    }
    boolean tooLarge = length > bound.string();
    tooMuch = !tooLarge && total + length > bound.reply();
    if (tooLarge || tooMuch) {
      discarding = length + 2;
      discardingSince = nanoTime.getAsLong();
      return false;
    }
    total += length;
    passing = length + 2;
    return true;
  }

  private void aggregate(ChannelHandlerContext context, long count, int each, int itself) {
    if (count > Integer.MAX_VALUE) {
      close(context);
      return;
    }
    elements += Math.max(0, count) * each + itself;
    endReply();
  }

  private void endElement(boolean complete) {
    if (complete) {
      elements--;
      endReply();
    }
  }

  private void endReply() {
    if (elements == 0) {
      elements = 1;
      total = 0;
      inReply = false;
      timed = false;
    }
  }

  /** Only where a reply is not complete, so hardly ever. */
  private void checkTime(ChannelHandlerContext context) {
    if (!inReply || closed) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (discarding > 0 && now - discardingSince > LONGEST_DISCARD.toNanos()) {
      completeReply(context);
      close(context);
    } else if (!timed) {
      timed = true;
      began = now;
    } else if (now - began > LONGEST_REPLY.toNanos()) {
      close(context);
    }
  }

  /** An aggregate that has not begun is an element, too; nobody reads what follows. */
  private void completeReply(ChannelHandlerContext context) {
    if (!closed && elements <= MOST_STAND_INS) {
      for (long i = 1; i < elements; i++) { // the one that is thrown away has its own
        context.fireChannelRead(Unpooled.wrappedBuffer(REPLY_LOST));
      }
    }
  }

  private void close(ChannelHandlerContext context) {
    if (!closed) {
      closed = true;
      context.close();
    }
  }
}
