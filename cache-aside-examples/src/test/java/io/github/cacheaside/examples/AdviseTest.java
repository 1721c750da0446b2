package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.examples.Advise.Counted;
import io.github.cacheaside.testkit.DatabaseServer;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.WithServers;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a database has counted, in the order of what a cache would gain. */
@Tag("long")
@WithServers
class AdviseTest {
  private static final Counted SLOW = new Counted("slow", 10, 2_000, 10, 10, 60);
  private static final Counted BY_ID = new Counted("by id", 100_000, 50_000, 100_000, 100_000, 60);
  private static final Counted SEARCH = new Counted("search", 9_000, 900_000, 9_000_000, 9_000, 60);
  private static final Counted RARE = new Counted("rare", 10, 100, 100, 10, 60);

  @Test
  void bySigns_thenByTime() {
    assertThat(Advise.ranked(List.of(RARE, SLOW, BY_ID, SEARCH)))
        .containsExactly(SEARCH, BY_ID, SLOW, RARE);
    assertThat(SEARCH.verdict()).isEqualTo("cache it");
    assertThat(BY_ID.verdict()).isEqualTo("load, not latency");
    assertThat(RARE.verdict()).isEqualTo("leave it");
  }

  /** MySQL counts by default, MariaDB does not. */
  @Test
  void aRealDatabase_isRead(RedisServer redis, DatabaseServer database) throws Exception {
    Run run = Run.of("advise", Run.environment(redis, database));
    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output())
        .containsAnyOf("AdvisingDataSource before your pool", "an AdvisingDataSource can");
  }
}
