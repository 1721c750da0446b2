package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which errors of Redis will be the same a second later. */
final class RefusalsTest {

  private static Throwable deep(String message) {
    return new CompletionException(
        new RedisConnectionException("no", new RedisCommandExecutionException(message)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOPERM this user has no permissions to run the 'client|tracking' command",
        "NOPROTO unsupported protocol version",
        "ERR unknown command `HELLO`, with args beginning with: `3`",
        "ERR Unknown subcommand or wrong number of arguments for 'TRACKING'. Try CLIENT HELP",
        "ERR syntax error",
        "ERR command is not supported by this proxy"
      })
  void whatIsNotAllowedOrNotKnown_lasts(String message) {
    assertThat(Refusals.lasting(deep(message))).contains(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LOADING Redis is loading the dataset in memory",
        "READONLY You can't write against a read only replica.",
        "CLUSTERDOWN The cluster is down",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "NOAUTH Authentication required.",
        "WRONGPASS invalid username-password pair or user is disabled.",
        "BUSY Redis is busy running a script.",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "ERR max number of clients reached"
      })
  void whatIsIllNow_passes(String message) {
    assertThat(Refusals.lasting(deep(message))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "READONLY You can't write against a read only replica.",
        "ERR Error running script (call to f_1): @user_script:9: -READONLY You can't write"
      })
  void aReplicaSaysSo_inAScriptToo(String message) {
    assertThat(Refusals.isReadOnly(deep(message))).isTrue();
    assertThat(Refusals.isReadOnly(deep("ERR syntax error"))).isFalse();
    assertThat(Refusals.isReadOnly(new IllegalStateException("READONLY no"))).isFalse();
  }
}
