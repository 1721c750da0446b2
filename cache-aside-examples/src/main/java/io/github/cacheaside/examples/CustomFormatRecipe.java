package io.github.cacheaside.examples;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A key of the application's own, and as its value the JSON of the columns that readers need, not
 * of the whole row.
 *
 * <p>The layout {@code plain} keeps bare JSON, which programs in other languages read with a {@code
 * GET}. If no other program reads it, leave {@code plain()} out: the default layout also keeps
 * apart a load and a change that run at the same time.
 */
final class CustomFormatRecipe {
  private CustomFormatRecipe() {}

  /** The selected columns. */
  record Contact(long id, String name, String email) {}

  static void run(Servers servers, PrintStream out) throws SQLException, InterruptedException {
    servers.requireRedis();
    Customers.seed(servers.dataSource());

    CacheAside<Long, Contact> contacts =
        CacheAside.builder(servers.redis().plain(), "contact", Serializer.json(Contact.class))
            .keyPrefix("customer:id:")
            .ttl(Duration.ofMinutes(10))
            .storeTimeout(Servers.PATIENCE)
            .build(
                JdbcLoader.of(
                    servers.dataSource(),
                    "SELECT id, name, email FROM customer WHERE id = ?",
                    Contact.class));

    contacts.invalidate(1001L); // what another recipe may have left
    out.println("first read:  " + contacts.read(1001L));
    out.println("second read: " + contacts.read(1001L));
    try (RedisClient client = RedisClient.create(servers.redisUri());
        StatefulRedisConnection<String, String> redis = client.connect()) {
      out.println("GET customer:id:1001 -> " + redis.sync().get("customer:id:1001"));
    }
    contacts.invalidate(1001L);
  }
}
