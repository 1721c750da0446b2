package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a failure leaves the package. */
final class FailuresTest {
  private static final String SECRET = "s3cr3t";

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `app`, `s3cr3t`",
        "ERR unknown command 'AUTH', with args beginning with: 's3cr3t' ",
        "ERR Unknown subcommand or wrong number of arguments for 's3cr3t'. Try CLIENT HELP.",
        "NOPERM No permissions to access the 's3cr3t' key",
        "NOPERM this user has no permissions to run the 's3cr3t' command",
        "MOVED 3999 s3cr3t:6381",
        "ERR Error running script (call to f_1): @user_script:5: Script attempted s3cr3t",
        "s3cr3t",
        "S3CR3T s3cr3t",
        "WRONGTYPE s3cr3t",
        ""
      })
  void whatRedisSaysIsCut_alsoInCausesAndSuppressed(String said) {
    Throwable failure =
        new RedisConnectionException(
            "Unable to connect to localhost:6379", new RedisCommandExecutionException(said));
    failure.addSuppressed(new IOException(SECRET));
    Throwable safe = Failures.safe(failure);
    assertThat(printed(safe)).doesNotContainIgnoringCase(SECRET).contains("localhost:6379");
    assertThat(safe.getStackTrace()).isEqualTo(failure.getStackTrace());
    assertThat(safe.getCause()).isInstanceOf(RedisCommandExecutionException.class);
    assertThat(Refusals.lasting(safe).isPresent()).isEqualTo(Refusals.lasting(failure).isPresent());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WRONGTYPE Operation against a key|WRONGTYPE the key holds another type",
        "NOPERM: no right|NOPERM the user lacks the right to a command or a key",
        "ERR Error running script: -READONLY You can't|READONLY a replica refuses writes",
        "ERR unknown command 'X'|ERR unknown command",
        "FOO bar|ERR refused"
      })
  void theCodeAndAFixedTextAreLeft(String said, String left) {
    assertThat(Failures.said(said)).isEqualTo(left);
    assertThat(Failures.said(left)).isEqualTo(left);
  }

  @Test
  void messagesOfOthersGo_butForThoseThatNameNoArguments() {
    for (Throwable failure :
        new Throwable[] {
          new IllegalArgumentException(SECRET),
          new RedisException(SECRET),
          new RedisException(new IllegalStateException(SECRET)),
          new NumberFormatException("For input string: " + SECRET)
        }) {
      assertThat(printed(Failures.safe(failure)))
          .doesNotContain(SECRET)
          .contains(failure.getClass().getName());
    }
    for (Throwable failure :
        new Throwable[] {
          new TimeoutException("no answer"),
          new ConnectException("Connection refused"),
          new RedisException("Currently not connected. Commands are rejected."),
        }) {
      assertThat(Failures.safe(failure)).isSameAs(failure);
    }
  }
}
