package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** Which commands leave together. */
final class TogetherTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new Clients.Together());

  @Test
  void smallOnesLeaveTogether_whenTheRepliesAreRead() {
    channel.pipeline().fireChannelRead("a reply");
    for (int i = 0; i < 100; i++) {
      send(100);
    }
    assertThat(channel.outboundMessages()).isEmpty();
    channel.pipeline().fireChannelReadComplete();
    assertThat(channel.outboundMessages()).hasSize(100);
  }

  @Test
  void aLargeOneLeavesAtOnce_withThoseBeforeIt() {
    channel.pipeline().fireChannelRead("a reply");
    send(100);
    send(2_000);
    assertThat(channel.outboundMessages()).hasSize(2);
    send(100);
    assertThat(channel.outboundMessages()).hasSize(2);
    channel.pipeline().fireChannelReadComplete();
    assertThat(channel.outboundMessages()).hasSize(3);
  }

  private void send(int bytes) {
    ByteBuf command = Unpooled.wrappedBuffer(new byte[bytes]);
    channel.pipeline().write(command);
    channel.pipeline().flush();
  }
}
