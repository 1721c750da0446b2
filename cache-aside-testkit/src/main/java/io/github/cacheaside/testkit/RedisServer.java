package io.github.cacheaside.testkit;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One running Redis and the power to make it fail. */
public final class RedisServer implements AutoCloseable {
  private static final Pattern VERSION = Pattern.compile("redis_version:(\\S+)");
  private static final Pattern VALKEY_VERSION = Pattern.compile("valkey_version:(\\S+)");

  private final RedisAddress address;
  private final ServerControl control;
  private final boolean owned;
  private final String origin;
  private volatile boolean closed;

  private RedisServer(RedisAddress address, ServerControl control, boolean owned, String source) {
    this.address = address;
    this.control = control;
    this.owned = owned;
    this.origin = source + " " + version(address) + " at " + address;
  }

  /** A server that was started for us. */
  static RedisServer started(RedisAddress address, ServerControl control, String source) {
    return new RedisServer(address, control, true, source);
  }

  /** A server that this JVM did not start; it must answer now. */
  static RedisServer foreign(RedisAddress address, String owner) {
    try (RespConnection connection = RespConnection.open(address)) {
      connection.call("PING");
    } catch (IOException e) {
      throw new IllegalStateException(
          "the Redis of " + owner + " does not answer at " + address + ": " + e.getMessage(), e);
    }
    return new RedisServer(address, new ServerControl.Foreign(owner), false, owner + "'s");
  }

  /** Some users may not ask for the version, and a test for such a user needs none. */
  private static String version(RedisAddress address) {
    try (RespConnection connection = RespConnection.open(address)) {
      String info = connection.text("INFO", "server");
      Matcher valkey = VALKEY_VERSION.matcher(info);
      if (valkey.find()) { // it also says which Redis it is like
        return "Valkey " + valkey.group(1);
      }
      Matcher version = VERSION.matcher(info);
      return version.find() ? "Redis " + version.group(1) : "Redis";
    } catch (IOException e) {
      return "Redis";
    }
  }

  /**
   * Returns the address as {@code redis://host:port}, with the password if there is one: not a line
   * for a log.
   */
  public String uri() {
    return address.uri().toString();
  }

  /** Returns the host to connect to. */
  public String host() {
    return address.host();
  }

  /** Returns the port to connect to. */
  public int port() {
    return address.port();
  }

  /** Says in one line where the server comes from and where it answers; names no password. */
  public String origin() {
    return origin;
  }

  /**
   * Freezes the server: connections stay open and nothing answers.
   *
   * @throws UnsupportedOperationException if the server comes from the environment
   */
  public void pause() {
    control.pause();
  }

  /** Lets a paused server go on. */
  public void resume() {
    control.resume();
  }

  /**
   * Ends the server at once, as a crash would; its data is lost.
   *
   * @throws UnsupportedOperationException if the server comes from the environment
   */
  public void kill() {
    control.kill();
  }

  /** Starts a killed server again on the same port and returns when it answers. */
  public void restart() {
    control.restart();
  }

  /**
   * Deletes all keys. Of a server that comes from the environment, only those in the database that
   * its address names are deleted.
   */
  public void flushAll() {
    try (RespConnection connection = RespConnection.open(address)) {
      connection.call(owned ? "FLUSHALL" : "FLUSHDB");
    } catch (IOException e) {
      throw new IllegalStateException("flushing " + origin + " failed: " + e.getMessage(), e);
    }
  }

  /**
   * Cuts the replicas of this server off: they keep what they have, get nothing more, and are not
   * let back in. What is acknowledged from now on is lost if one of them is promoted.
   *
   * @throws IllegalStateException if the server does not answer
   */
  public void cutReplication() {
    try (RespConnection connection = RespConnection.open(address)) {
      connection.call("ACL", "SETUSER", "default", "-psync", "-sync");
      connection.call("CLIENT", "KILL", "TYPE", "replica");
    } catch (IOException e) {
      throw new IllegalStateException("cutting replicas off " + origin + " failed", e);
    }
  }

  /** Returns whether the server calls itself a primary. */
  public boolean isPrimary() {
    try (RespConnection connection = RespConnection.open(address)) {
      return connection.text("INFO", "replication").contains("role:master");
    } catch (IOException e) {
      return false;
    }
  }

  boolean isClosed() {
    return closed;
  }

  RedisAddress address() {
    return address;
  }

  /** Stops the server and deletes its files; a server that comes from the environment lives on. */
  @Override
  public void close() {
    closed = true;
    control.close();
  }

  @Override
  public String toString() {
    return origin;
  }
}
