package io.github.cacheaside.jdbc.datasource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a result is cached under: the text, each parameter as it was set, and what else a driver's
 * answer depends on. Equal if the identities are.
 */
final class QueryKey {
  private static final int LONGEST = 200;
  private static final int PREFIX = 120;

  /** Whose text says all that there is, and holds neither a comma nor a bracket. */
  private static final Set<Class<?>> PLAIN =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigDecimal.class,
          BigInteger.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetTime.class,
          OffsetDateTime.class,
          Instant.class,
          UUID.class);

  private final String identity;
  private final Set<String> tables;
  private final Duration ttl;

  private QueryKey(String identity, Set<String> tables, Duration ttl) {
    this.identity = identity;
    this.tables = tables;
    this.ttl = ttl;
  }

  /**
   * The key of a query; null if one of its parameters has no text, such as a stream.
   *
   * @param parameters method and arguments by place
   */
  static @Nullable QueryKey of(
      String sql,
      SortedMap<Integer, Call> parameters,
      String session,
      long maxRows,
      Seen.Caching caching) {
    StringBuilder text = new StringBuilder(sql.length() + 64).append('[');
    // The classes of java.sql that a driver makes depend on the zone of the JVM.
    text(text, TimeZone.getDefault().getID());
    text(text, session);
    text.append(maxRows);
    for (Map.Entry<Integer, Call> each : parameters.entrySet()) {
      text.append(',').append(each.getKey()).append(each.getValue().method().getName());
      @Nullable Object[] arguments = each.getValue().arguments();
      for (int i = 1; i < arguments.length; i++) {
        if (!argument(text.append(':'), arguments[i])) {
          return null;
        }
      }
    }
    return new QueryKey(text.append(']').append(sql).toString(), caching.tables(), caching.ttl());
  }

  private static void text(StringBuilder to, String text) {
    to.append(text.length()).append(':').append(text).append(',');
  }

  private static boolean argument(StringBuilder to, @Nullable Object argument) {
    if (argument == null) {
      to.append('n');
    } else if (argument instanceof String value) {
      text(to.append('s'), value);
    } else if (argument instanceof byte[] bytes) {
      to.append('x').append(HexFormat.of().formatHex(bytes));
    } else if (argument instanceof Timestamp value) {
      to.append('t').append(value.getTime()).append('.').append(value.getNanos());
    } else if (argument.getClass() == Date.class) {
      to.append("date").append(((Date) argument).getTime());
    } else if (argument.getClass() == Time.class) {
      to.append("time").append(((Time) argument).getTime());
    } else if (PLAIN.contains(argument.getClass())) {
      to.append(argument.getClass().getSimpleName()).append('=').append(argument);
    } else {
      return false;
    }
    return true;
  }

  Set<String> tables() {
    return tables;
  }

  Duration ttl() {
    return ttl;
  }

  /** The identity, or its digest and how the text begins. */
  String encoded() {
    if (identity.length() <= LONGEST) {
      return identity;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_16BE));
      String sql = identity.substring(identity.indexOf(']') + 1);
      String prefix = sql.substring(0, Math.min(PREFIX, sql.length())).replaceAll("[^ -~]", "?");
      return "[#" + HexFormat.of().formatHex(digest) + "]" + prefix;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has SHA-256
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof QueryKey that && identity.equals(that.identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  /** Without the parameters, which may be secret. */
  @Override
  public String toString() {
    return "query of " + tables;
  }
}
