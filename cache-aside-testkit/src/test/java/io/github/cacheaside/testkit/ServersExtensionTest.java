package io.github.cacheaside.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@WithServers
class ServersExtensionTest {
  private static String schema = "";

  private final RedisServer redis;

  ServersExtensionTest(RedisServer redis) {
    this.redis = redis;
  }

  @BeforeAll
  static void remember(DatabaseServer database) {
    schema = database.database();
  }

  @Test
  void redisParameter_isTheSharedRedis() {
    assertThat(redis).isSameAs(TestServers.redis());
  }

  @Test
  void databaseParameter_isASchemaOfTheClass(DatabaseServer database) {
    assertThat(database.database()).isEqualTo(schema).startsWith("ServersExtensionTest_");
    assertThat(database.port()).isEqualTo(TestServers.database().port());
  }

  @Nested
  class Inside {
    @Test
    void databaseParameter_isTheSchemaOfTheOuterClass(DatabaseServer database) {
      assertThat(database.database()).isEqualTo(schema);
    }
  }
}
