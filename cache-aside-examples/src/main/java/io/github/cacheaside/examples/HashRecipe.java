package io.github.cacheaside.examples;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** One Redis hash for each row, so that other programs can read a single column of it. */
final class HashRecipe {
  private HashRecipe() {}

  /** A row; {@code email} may be {@code NULL}, which is a field left out. */
  record Customer(
      long id, String name, @Nullable String email, BigDecimal credit, LocalDate since) {}

  static void run(Servers servers, PrintStream out) throws SQLException, InterruptedException {
    servers.requireRedis();
    Customers.seed(servers.dataSource());

    CacheAside<Long, Customer> customers =
        CacheAside.builder(servers.redis().hash(), "customer", Serializer.fields(Customer.class))
            .keyPrefix("customer:id:")
            .ttl(Duration.ofMinutes(10))
            .storeTimeout(Servers.PATIENCE)
            .build(
                JdbcLoader.of(
                    servers.dataSource(),
                    "SELECT id, name, email, credit, since FROM customer WHERE id = ?",
                    Customer.class));

    customers.invalidate(1001L); // what another recipe may have left
    out.println("first read:  " + customers.read(1001L));
    out.println("second read: " + customers.read(1001L));
    try (RedisClient client = RedisClient.create(servers.redisUri());
        StatefulRedisConnection<String, String> redis = client.connect()) {
      out.println("HGET customer:id:1001 name -> " + redis.sync().hget("customer:id:1001", "name"));
      out.println("HGETALL customer:id:1001   -> " + redis.sync().hgetall("customer:id:1001"));
    }
    customers.invalidate(1001L);
  }
}
