package io.github.cacheaside.benchmarks.workers;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.benchmarks.servers.SqlDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WorkerSetupTest {
  @Test
  void aWorkersSetupSurvivesItsLines() {
    WorkerSetup setup =
        WorkerSetup.parse(
            List.of("redis=redis://h:1", "sql.url=jdbc:x?a=b", "sql.user=u", "sql.password="));
    assertThat(setup.text("redis")).isEqualTo("redis://h:1");
    assertThat(setup.sql()).isEqualTo(new SqlDatabase.Address("jdbc:x?a=b", "u", ""));
    assertThat(setup.with("slot", 3).number("slot")).isEqualTo(3);
  }
}
