package io.github.cacheaside.examples;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.CacheLoader;
import io.github.cacheaside.codec.Serializer;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** Puts a cache around a DAO that is there already and stays as it is. */
final class WrapYourDao {
  private WrapYourDao() {}

  static void run(Servers servers, PrintStream out) throws SQLException, InterruptedException {
    servers.requireRedis();
    Customers.seed(servers.dataSource());
    CustomerDao dao = new CustomerDao(servers.dataSource());

    CacheAside<Long, Customer> customers =
        CacheAside.builder(servers.redis(), "customer", Serializer.json(Customer.class))
            .ttl(Duration.ofMinutes(10))
            .storeTimeout(Servers.PATIENCE)
            .absentTtl(Duration.ofMinutes(1))
            .build(CacheLoader.of(id -> dao.find(id).orElse(null), dao::findAll));

    List<Long> ids = List.of(1001L, 1002L, 1003L, 9999L);
    customers.invalidateAll(ids); // what an earlier run may have left

    out.println("get 1001:           " + customers.read(1001L));
    out.println("get 1001 again:     " + customers.read(1001L));
    out.println("getAll:             " + customers.getAll(ids).keySet() + " of " + ids);
    out.println("get 9999:           " + customers.read(9999L) + ", remembered for a minute");

    dao.rename(1001L, "Ada King");
    customers.invalidate(1001L); // after the commit
    out.println("after the update:   " + customers.read(1001L));
    out.println("SELECTs of the DAO: " + dao.selects + ", hits: " + customers.stats().hits());
    customers.invalidateAll(ids);
  }

  /** What the DAO returns. */
  record Customer(long id, String name) {}

  /** Stands for your own; it knows nothing of caches. */
  private static final class CustomerDao {
    private final DataSource database;
    private int selects;

    CustomerDao(DataSource database) {
      this.database = database;
    }

    Optional<Customer> find(long id) {
      return Optional.ofNullable(findAll(List.of(id)).get(id));
    }

    Map<Long, Customer> findAll(Collection<Long> ids) {
      selects++;
      String marks = String.join(",", Collections.nCopies(ids.size(), "?"));
      String sql = "SELECT id, name FROM customer WHERE id IN (" + marks + ")";
      try (Connection connection = database.getConnection();
          PreparedStatement select = connection.prepareStatement(sql)) {
        int index = 1;
        for (Long id : ids) {
          select.setLong(index++, id);
        }
        return customers(select);
      } catch (SQLException e) {
        throw new IllegalStateException("customers can't be read", e);
      }
    }

    private static Map<Long, Customer> customers(PreparedStatement select) throws SQLException {
      Map<Long, Customer> found = new LinkedHashMap<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          long id = rows.getLong("id");
          found.put(id, new Customer(id, rows.getString("name")));
        }
      }
      return found;
    }

    void rename(long id, String name) throws SQLException {
      Customers.rename(database, id, name);
    }
  }
}
