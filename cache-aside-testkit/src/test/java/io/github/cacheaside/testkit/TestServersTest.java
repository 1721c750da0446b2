package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TestServersTest {
  @Test
  void afterClose_serversAreGone_andTheNextCallStartsAnew() throws IOException {
    RedisServer first = TestServers.redis();
    TestServers.close();
    assertThat(TestServers.describe()).isEqualTo("no Redis yet; no database yet");
    assertThatThrownBy(() -> RespConnection.open(first.address()).close())
        .isInstanceOf(IOException.class);

    List<String> lines = new CopyOnWriteArrayList<>();
    TestServers.onProgress(lines::add);
    RedisServer second = TestServers.redis();
    TestServers.onProgress(line -> {});
    assertThat(second).isNotSameAs(first);
    assertThat(lines.get(0)).startsWith("starting ").endsWith(" …");
    assertThat(lines).endsWith(second.origin());
  }
}
