package io.github.cacheaside.examples;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Read;
import io.github.cacheaside.codec.Serializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import javax.sql.rowset.CachedRowSet;
import javax.sql.rowset.RowSetProvider;

/**
 * The result of a query as a serialized {@link CachedRowSet}, for code that wants a {@link
 * ResultSet}. New code is better off with {@code SqlCache}: typed rows, fewer bytes, no Java
 * serialization.
 */
final class ResultSetRecipe {
  private static final String SQL = "SELECT * FROM customer ORDER BY id";

  private ResultSetRecipe() {}

  static void run(Servers servers, PrintStream out) throws SQLException, InterruptedException {
    servers.requireRedis();
    Customers.seed(servers.dataSource());

    CacheAside<String, CachedRowSet> results =
        CacheAside.builder(servers.redis(), "resultset", new RowSetSerializer())
            .ttl(Duration.ofMinutes(1))
            .storeTimeout(Servers.PATIENCE)
            .build(sql -> query(servers.dataSource(), sql));

    results.invalidate(SQL); // what an earlier run may have left
    print("first read", results.read(SQL), out);
    print("second read", results.read(SQL), out);
    results.invalidate(SQL);
  }

  private static CachedRowSet query(DataSource database, String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = statement.executeQuery()) {
      CachedRowSet rows = RowSetProvider.newFactory().createCachedRowSet();
      rows.populate(result);
      return rows;
    }
  }

  private static void print(String title, Read<CachedRowSet> read, PrintStream out)
      throws SQLException {
    out.println(title + ": " + read.outcome());
    // A cursor of our own: threads that miss together get the same object.
    ResultSet rows = read.toOptional().orElseThrow().createShared();
    while (rows.next()) {
      out.printf(
          "  %d  %-13s %-18s %7s  %s%n",
          rows.getLong("id"),
          rows.getString("name"),
          rows.getString("email"),
          rows.getBigDecimal("credit"),
          rows.getDate("since"));
    }
  }

  /**
   * Java serialization behind an allow-list. The classes of a row set are the JDK's own and not
   * exported: they can only be named.
   */
  static final class RowSetSerializer implements Serializer<CachedRowSet> {
    // Not com.sun.rowset.*: JdbcRowSetImpl, which is there too, connects to wherever it is told.
    private static final ObjectInputFilter ALLOWED =
        ObjectInputFilter.Config.createFilter(
            String.join(
                ";",
                "maxdepth=64;maxrefs=1000000;maxarray=1000000",
                "com.sun.rowset.CachedRowSetImpl;com.sun.rowset.JdbcRowSetResourceBundle",
                "com.sun.rowset.internal.*;com.sun.rowset.providers.RIOptimisticProvider",
                "javax.sql.rowset.BaseRowSet;javax.sql.rowset.RowSetMetaDataImpl",
                "javax.sql.rowset.RowSetMetaDataImpl$ColInfo;javax.sql.rowset.RowSetWarning",
                "java.sql.Date;java.sql.Time;java.sql.Timestamp",
                "java.sql.SQLException;java.sql.SQLWarning",
                "java.util.BitSet;java.util.Date;java.util.Hashtable;java.util.Vector",
                "java.util.Map$Entry;java.util.Collections$EmptyList",
                "java.math.*;java.lang.*;!*"));

    @Override
    public byte[] serialize(CachedRowSet rows) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(rows);
      }
      return bytes.toByteArray();
    }

    @Override
    public CachedRowSet deserialize(byte[] bytes) throws IOException, ClassNotFoundException {
      try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
        in.setObjectInputFilter(ALLOWED);
        return (CachedRowSet) in.readObject();
      }
    }
  }
}
