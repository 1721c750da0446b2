package io.github.cacheaside.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;

/** The address of one Redis server: {@code redis[s]://[[user]:password@]host[:port][/database]}. */
record RedisAddress(URI uri) {
  RedisAddress {
    String scheme = uri.getScheme();
    if (uri.getHost() == null || !("redis".equals(scheme) || "rediss".equals(scheme))) {
      throw new IllegalStateException("not of the form redis://host:port: scheme " + scheme);
    }
  }

  /** Reads an address; the message of a failure doesn't repeat it, as it may hold a password. */
  static RedisAddress parse(String text) {
    URI uri;
    try {
      uri = new URI(text.strip());
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException("not of the form redis://host:port: " + e.getReason());
    }
    return new RedisAddress(uri);
  }

  static RedisAddress of(String host, int port, String password) {
    String login =
        password.isEmpty()
            ? ""
            : ":" + URLEncoder.encode(password, UTF_8).replace("+", "%20") + "@";
    return new RedisAddress(URI.create("redis://" + login + host + ":" + port));
  }

  String host() {
    return uri.getHost();
  }

  int port() {
    return uri.getPort() < 0 ? 6379 : uri.getPort();
  }

  boolean tls() {
    return "rediss".equals(uri.getScheme());
  }

  String user() {
    String login = login();
    return login.contains(":") ? decoded(login.substring(0, login.indexOf(':'))) : "";
  }

  /** A login without a colon is a password. */
  String password() {
    String login = login();
    return decoded(login.substring(login.indexOf(':') + 1));
  }

  int database() {
    String path = uri.getPath() == null ? "" : uri.getPath().replace("/", "");
    return path.matches("\\d{1,4}") ? Integer.parseInt(path) : 0;
  }

  private String login() {
    return uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  /** Names no password: it ends up in logs. */
  @Override
  public String toString() {
    return host() + ":" + port();
  }
}
