package io.github.cacheaside.benchmarks.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RespMessagesTest {
  private static final String INVALIDATE = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\na:1\r\n";
  private static final String FLUSHED = ">2\r\n$10\r\ninvalidate\r\n_\r\n";
  private static final String MESSAGE = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\n\r\n\r\n";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void everyKindOfMessageIsCutWhereItEnds() throws IOException {
    List<String> all =
        List.of(
            "+PONG\r\n",
            ":7\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "$4\r\n\r\n$1\r\n",
            "%1\r\n$1\r\na\r\n*2\r\n:1\r\n#t\r\n",
            "|1\r\n+ttl\r\n:3\r\n*0\r\n",
            "=7\r\ntxt:abc\r\n",
            INVALIDATE,
            FLUSHED,
            MESSAGE);
    RespMessages messages = new RespMessages(new ByteArrayInputStream(bytes(String.join("", all))));
    for (String one : all) {
      assertThat(messages.next()).isEqualTo(bytes(one));
    }
    assertThat(messages.next()).isNull();
  }

  @Test
  void aMessageThatBreaksOffIsNone() {
    assertThatThrownBy(() -> new RespMessages(new ByteArrayInputStream(bytes("*2\r\n:1"))).next())
        .isInstanceOf(EOFException.class);
  }

  @Test
  void newsAreToldFromReplies() {
    assertThat(List.of(INVALIDATE, FLUSHED, MESSAGE))
        .allMatch(message -> RespMessages.isNews(bytes(message)));
    assertThat(
            List.of("+PONG\r\n", "$7\r\nmessage\r\n", ">3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"))
        .noneMatch(message -> RespMessages.isNews(bytes(message)));
  }

  @Test
  void whoSubscribesOrTracksAsksForNews() {
    assertThat(
            List.of(
                "*2\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n",
                "*3\r\n$6\r\nCLIENT\r\n$8\r\nTRACKING\r\n$2\r\nON\r\n"))
        .allMatch(request -> RespMessages.asksForNews(bytes(request)));
    assertThat(List.of("*1\r\n$4\r\nPING\r\n", "*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n"))
        .noneMatch(request -> RespMessages.asksForNews(bytes(request)));
  }
}
