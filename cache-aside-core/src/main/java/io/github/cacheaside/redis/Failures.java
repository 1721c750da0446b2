package io.github.cacheaside.redis;

import io.github.cacheaside.spi.Lookup;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures as they may leave this package, into logs and exceptions. Redis quotes the arguments of
 * commands that it refuses, so keys, values and passwords, and the client passes that on. What is
 * left is the code of the error, a fixed text, the classes and the stack traces.
 */
final class Failures {
  /** The log of the Redis store, under the name that users know. */
  static final Logger LOG = LoggerFactory.getLogger("io.github.cacheaside.redis.RedisCacheStore");

  /** What Redis means by its codes; any other code counts as ERR. */
  private static final Map<String, String> CODES =
      Map.ofEntries(
          Map.entry("ASK", "the slot is being moved"),
          Map.entry("BUSY", "a script runs for too long"),
          Map.entry("CLUSTERDOWN", "the cluster is down"),
          Map.entry("CROSSSLOT", "keys of several slots"),
          Map.entry("DENIED", "Redis is in protected mode"),
          Map.entry("EXECABORT", "the transaction was discarded"),
          Map.entry("LOADING", "Redis loads its data"),
          Map.entry("MASTERDOWN", "the link to the primary is down"),
          Map.entry("MISCONF", "Redis can't persist, so it refuses writes"),
          Map.entry("MOVED", "another node has the slot"),
          Map.entry("NOAUTH", "authentication is required"),
          Map.entry("NOPERM", "the user lacks the right to a command or a key"),
          Map.entry("NOPROTO", "unsupported version of the protocol"),
          Map.entry("NOREPLICAS", "not enough replicas to write"),
          Map.entry("NOSCRIPT", "the script is not loaded"),
          Map.entry("OOM", "Redis is full and evicts nothing"),
          Map.entry("READONLY", "a replica refuses writes"),
          Map.entry("TRYAGAIN", "the slot is being moved"),
          Map.entry("WRONGPASS", "the user name or password is wrong, or the user is disabled"),
          Map.entry("WRONGTYPE", "the key holds another type"));

  /** What ERR is about, by words of Redis' own, in this order. */
  private static final String[][] ERRORS = {
    {"unknown command", "unknown command"},
    {"unknown subcommand", "unknown subcommand"},
    {"unknown redis command", "unknown command, called by a script"},
    {"wrong number of arg", "wrong number of arguments"},
    {"user executing the script", "the user of the script lacks a right"},
    {"without any password configured", "no password is configured, but one was given"},
    {"no password is set", "no password is configured, but one was given"},
    {"invalid password", "invalid password"},
    {"max number of clients", "the maximum number of clients is reached"},
    {"cluster support disabled", "cluster support is disabled"},
    {"syntax", "syntax error"},
    {"not supported", "not supported"},
    {"unsupported", "unsupported"},
    {"not allowed", "not allowed"},
    {"unknown", "something unknown to it"},
    {"script", "a script failed"},
  };

  /**
   * The code within the error of a script; since Redis 7 it is at the beginning as of any other.
   */
  private static final Pattern IN_SCRIPT =
      Pattern.compile("-(READONLY|OOM|MISCONF|NOREPLICAS|NOPERM|WRONGTYPE|CLUSTERDOWN) ");

  /** How the messages of the client begin that name nothing but addresses and times. */
  private static final Pattern OF_THE_CLIENT =
      Pattern.compile(
          "(Currently not connected|Connection (is |already )?(closed|disconnected)"
              + "|Connection initialization timed out|Request queue size exceeded"
              + "|Unable to connect|Cannot connect|Cannot retrieve initial cluster partitions"
              + "|Cannot determine a partition|Command timed out|Unable to establish).*");

  private static final Set<Class<?>> HARMLESS =
      Set.of(
          TimeoutException.class,
          CancellationException.class,
          RejectedExecutionException.class,
          IOException.class,
          io.github.cacheaside.CacheStoreException.class,
          SuppliedCredentials.NotFetchedException.class);

  /** Packages whose exceptions name addresses, certificates and states of sockets only. */
  private static final String[] HARMLESS_PACKAGES = {
    "java.net.",
    "java.nio.channels.",
    "javax.net.ssl.",
    "java.security.cert.",
    "sun.security.provider.certpath.",
    "sun.security.validator.",
    "io.netty.channel."
  };

  private static final int DEEPEST = 20;

  private Failures() {}

  /** The failure itself if no message of it can hold a secret, else a copy without. */
  static Throwable safe(Throwable failure) {
    if (failure instanceof VirtualMachineError) {
      ReplyLimit.clientIsBroken();
    }
    return isSafe(failure) ? failure : copy(failure, 0);
  }

  private static boolean isSafe(Throwable failure) {
    Throwable each = failure;
    for (int depth = 0; each != null && depth < DEEPEST; depth++) {
      if (!isHarmless(each) || each.getSuppressed().length > 0) {
        return false;
      }
      each = each.getCause();
    }
    return each == null;
  }

  private static boolean isHarmless(Throwable failure) {
    Class<?> type = failure.getClass();
    if (failure instanceof VirtualMachineError || HARMLESS.contains(type)) {
      return true;
    }
    if (failure instanceof RedisException && !(failure instanceof RedisCommandExecutionException)) {
      String message = failure.getMessage();
      return message == null || OF_THE_CLIENT.matcher(message).matches();
    }
    for (String prefix : HARMLESS_PACKAGES) {
      if (type.getName().startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private static Throwable copy(Throwable failure, int depth) {
    Throwable cause = failure.getCause();
    Throwable safe = cause == null || depth == DEEPEST ? null : copy(cause, depth + 1);
    Throwable copy;
    if (failure instanceof RedisCommandExecutionException) {
      copy = new RedisCommandExecutionException(said(failure.getMessage()), safe);
    } else if (isHarmless(failure)) {
      copy = new RedisException(failure.toString(), safe);
    } else {
      copy = new RedisException(failure.getClass().getName(), safe);
    }
    copy.setStackTrace(failure.getStackTrace());
    return copy;
  }

  /** What Redis has said, cut to its code and a text that holds no arguments. */
  static String said(@Nullable String message) {
    String text = message == null ? "" : message;
    String code = text.split("[ :]", 2)[0];
    Matcher inScript = IN_SCRIPT.matcher(text);
    if (!CODES.containsKey(code) && inScript.find()) {
      code = inScript.group(1);
    }
    String meaning = CODES.get(code);
    return meaning != null ? code + " " + meaning : "ERR " + error(text);
  }

  private static String error(String text) {
    String words = text.toLowerCase(Locale.ROOT);
    for (String[] each : ERRORS) {
      if (words.contains(each[0])) {
        return each[1];
      }
    }
    return "refused";
  }

  /** What is under a key of another Redis type can't be read; any other failure stays one. */
  static Lookup undecodableIfWrongType(Throwable failure) {
    if (isWrongType(failure)) {
      return Lookup.UNDECODABLE;
    }
    throw new CompletionException(unwrap(failure));
  }

  static boolean isWrongType(Throwable failure) {
    Throwable cause = unwrap(failure);
    return cause instanceof RedisCommandExecutionException
        && String.valueOf(cause.getMessage()).startsWith("WRONGTYPE");
  }

  static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
