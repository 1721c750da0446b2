package io.github.cacheaside.examples;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.JdbcLoader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * An object that the application makes of a row. Reading makes objects of its class and of those of
 * its components, and of no others.
 */
final class ApplicationObjectRecipe {
  private ApplicationObjectRecipe() {}

  /** The object. Its serialized form has to stay readable, or {@code keyVersion} be raised. */
  record Customer(long id, String name, BigDecimal credit, Level level) {
    /** What the application makes of a row, and the cache saves it from making again. */
    static Customer of(long id, String name, BigDecimal credit) {
      return new Customer(
          id, name, credit, credit.compareTo(new BigDecimal(100)) < 0 ? Level.NEW : Level.TRUSTED);
    }
  }

  /** How far a customer is trusted. */
  enum Level {
    NEW,
    TRUSTED
  }

  static void run(Servers servers, PrintStream out) throws SQLException, InterruptedException {
    servers.requireRedis();
    Customers.seed(servers.dataSource());

    Serializer<Customer> serializer = Serializer.json(Customer.class);
    CacheAside<Long, Customer> customers =
        CacheAside.builder(servers.redis(), "customer", serializer)
            .keyPrefix("customer:id:")
            .ttl(Duration.ofMinutes(10))
            .storeTimeout(Servers.PATIENCE)
            .build(
                JdbcLoader.of(
                    servers.dataSource(),
                    "SELECT id, name, credit FROM customer WHERE id = ?",
                    row ->
                        Customer.of(
                            row.getLong("id"),
                            row.getString("name"),
                            row.getBigDecimal("credit"))));

    List<Long> ids = List.of(1001L, 1002L);
    customers.invalidateAll(ids); // what another recipe may have left
    for (Long id : ids) {
      out.println("first read:  " + customers.read(id));
      out.println("second read: " + customers.read(id));
    }
    customers.invalidateAll(ids);
  }
}
