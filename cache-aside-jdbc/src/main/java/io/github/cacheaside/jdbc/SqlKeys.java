package io.github.cacheaside.jdbc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** How {@link SqlCache} names results in the store. */
public enum SqlKeys {
  /**
   * The name of the cache, the parameters with their types, the SQL text: {@code sql:SELECT * FROM
   * planet}, {@code sql:[i:3]SELECT …}. The default. What exceeds 200 characters becomes 256 bits
   * of SHA-256 in hexadecimal and the first 130 characters of the text: {@code sql:[#9f86…]SELECT
   * …}.
   */
  NAMED {
    @Override
    String encode(SqlQuery query) {
      String identity = query.identity();
      return identity.length() <= LONGEST ? identity : digest(query);
    }
  },

  /**
   * The SQL text alone, however long, without the name of the cache: {@code SELECT * FROM planet}.
   * For sharing entries with programs that use the text as the key. Parameters, if there are any,
   * still come first. All applications on that Redis must then mean the same database, schema and
   * user by the same text.
   */
  TEXT {
    @Override
    String encode(SqlQuery query) {
      return query.identity();
    }
  };

  private static final int LONGEST = 200;
  private static final int PREFIX = 130;

  abstract String encode(SqlQuery query);

  // No parameter's type begins with #, so this can't be the identity of another query.
  private static String digest(SqlQuery query) {
    byte[] identity = query.identity().getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(identity);
      return "[#" + HexFormat.of().formatHex(digest) + "]" + prefix(query.sql());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has SHA-256
    }
  }

  private static String prefix(String sql) {
    if (sql.length() <= PREFIX) {
      return sql;
    }
    int end = Character.isHighSurrogate(sql.charAt(PREFIX - 1)) ? PREFIX - 1 : PREFIX;
    return sql.substring(0, end);
  }
}
