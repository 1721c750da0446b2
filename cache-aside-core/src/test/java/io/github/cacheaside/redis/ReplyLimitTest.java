package io.github.cacheaside.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client gets of replies of any size, by a clock that the test moves. */
final class ReplyLimitTest {
  private static final String LARGE = "$25\r\n\0cache-aside: too large L\r\n";
  static final String TOO_LARGE = "\0cache-aside: too large L";
  static final String LOST = "\0cache-aside: too large C";
  static final String TOO_MUCH = "\0cache-aside: too large M";
  private static final String MUCH = "$25\r\n" + TOO_MUCH + "\r\n";
  private static final int MOST = 10 + (1 << 16);

  private long now;
  private final ReplyLimit.Bound bound = new ReplyLimit.Bound(10, 0);
  private final EmbeddedChannel channel = new EmbeddedChannel(new ReplyLimit(bound, () -> now));

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void come(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }

  /** All that was passed on, and how many bytes it was of. */
  private String passed() {
    StringBuilder all = new StringBuilder();
    for (ByteBuf each = channel.readInbound(); each != null; each = channel.readInbound()) {
      all.append(each.toString(ISO_8859_1));
      each.release();
    }
    return all.toString();
  }

  private static final String SMALL =
      String.join(
          "\r\n",
          "+OK,:7,$-1,$2,hi,*2,$1,a,*-1,%1,+a,:1,>2,$3,foo,*1,$3,b\r\n,-ERR no,*0,_,$0,,"
              .split(",", -1));

  @Test
  void smallRepliesPassAsTheyAre_howeverTheyAreCut() {
    Random random = new Random(1);
    for (int run = 0; run < 100; run++) {
      int at = 0;
      while (at < SMALL.length()) {
        int end = Math.min(SMALL.length(), at + 1 + random.nextInt(9));
        come(SMALL.substring(at, end));
        at = end;
      }
      assertThat(passed()).isEqualTo(SMALL);
      now += ReplyLimit.LONGEST_REPLY.toNanos() + 1;
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void inThePlaceOfAStringBeyondTheBound_comesAShortOne() {
    String reply =
        "*3\r\n$1\r\na\r\n$"
            + (MOST + 1)
            + "\r\n"
            + "x".repeat(MOST + 1)
            + "\r\n$1\r\nb\r\n+OK\r\n";
    String expected = "*3\r\n$1\r\na\r\n" + LARGE + "$1\r\nb\r\n+OK\r\n";
    come(reply);
    assertThat(passed()).isEqualTo(expected);
    for (int at = 0; at < reply.length(); ) {
      int end = at < 60 ? at + 1 : Math.min(reply.length(), at + 6_000);
      come(reply.substring(at, end));
      at = end;
    }
    assertThat(passed()).isEqualTo(expected);
    String most = "$" + MOST + "\r\n" + "x".repeat(MOST) + "\r\n";
    come(most);
    assertThat(passed()).isEqualTo(most);
  }

  @Test
  void aCacheWithLargerValuesRaisesTheBound() {
    bound.admit(90_000);
    bound.admit(1);
    String reply = "$" + 90_000 + "\r\n" + "x".repeat(90_000) + "\r\n";
    come(reply);
    assertThat(passed()).isEqualTo(reply);
  }

  @Test
  void aReplyOfManyLargeStringsIsBoundedToo() {
    int each = 60_000;
    long most = bound.reply() / each;
    come("*" + (most + 2) + "\r\n");
    String string = "$" + each + "\r\n" + "x".repeat(each) + "\r\n";
    for (int i = 0; i < most + 2; i++) {
      come(string);
      if (i < most - 1) {
        assertThat(passed().length()).isGreaterThanOrEqualTo(each);
      }
    }
    assertThat(passed()).endsWith(MUCH);
    come("+OK\r\n");
    assertThat(passed()).isEqualTo("+OK\r\n");
  }

  @Test
  void whatIsThrownAwayForTooLong_closesTheConnection() {
    come("$400000000\r\nxxx");
    assertThat(passed()).isEqualTo(LARGE);
    now += ReplyLimit.LONGEST_DISCARD.toNanos();
    come("x");
    assertThat(channel.isOpen()).isTrue();
    now += 1;
    come("x");
    assertThat(channel.isOpen()).isFalse();
    assertThat(passed()).isEmpty();
  }

  /** Else all keys of an MGET would fail with the large one, and nobody would know which it is. */
  @Test
  void whatAReplyLacksWhenItIsThrownAwayForTooLong_isMadeUp() {
    come("*3\r\n$1\r\na\r\n$400000000\r\nxxx");
    assertThat(passed()).isEqualTo("*3\r\n$1\r\na\r\n" + LARGE);
    now += ReplyLimit.LONGEST_DISCARD.toNanos() + 1;
    come("x");
    assertThat(channel.isOpen()).isFalse();
    assertThat(passed()).isEqualTo("$25\r\n" + LOST + "\r\n");
  }

  @Test
  void aReplyThatTrickles_closesTheConnection() {
    come("$5\r\n");
    for (int i = 0; i < 3; i++) {
      now += ReplyLimit.LONGEST_REPLY.toNanos() / 4;
      come("x");
    }
    assertThat(channel.isOpen()).isTrue();
    now += ReplyLimit.LONGEST_REPLY.toNanos() / 2;
    come("x");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void whatNoRedisSends_closesTheConnection() {
    for (String bytes :
        new String[] {
          "HTTP/1.1 200\r\n", "$99999999999\r\n", "*99999999999\r\n", "+" + "x".repeat(70_000)
        }) {
      EmbeddedChannel other = new EmbeddedChannel(new ReplyLimit(bound, () -> now));
      other.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
      assertThat(other.isOpen()).as(bytes.substring(0, 9)).isFalse();
      other.finishAndReleaseAll();
    }
  }

  @Test
  void aClientThatRunsOutOfMemory_losesItsConnection() {
    Failures.safe(new OutOfMemoryError("on purpose"));
    come("+OK\r\n");
    assertThat(channel.isOpen()).isFalse();
  }
}
