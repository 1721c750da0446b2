package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StartedServersTest {

  @Test
  void withoutEnvironment_startsServersAndSaysSo() throws Exception {
    Run run = Run.of("WrapYourDao", Map.of());
    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output())
        .contains("(REDIS_URL is not set)", "(DB_HOST is not set)", "SELECTs of the DAO: 3");
  }
}
