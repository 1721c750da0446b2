package io.github.cacheaside.redis;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.codec.Serializer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.SslOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Does what goes wrong with passwords and values, in a JVM of its own which logs all it has, and
 * prints every exception with its causes. {@link SecretsTest} looks for what should not be there.
 */
final class SecretsMain {
  static final String PASSWORD = "s3cr3t-p4ss";
  static final String VALUE = "v4lue-c0ntent";

  private SecretsMain() {}

  /** What may throw. */
  private interface Step {
    void run() throws Exception;
  }

  record Planet(int id, String name) {}

  private static void attempt(String what, Step step) {
    System.err.println("STEP " + what);
    try {
      step.run();
      System.err.println("PASSED " + what);
    } catch (Throwable e) {
      System.err.println("FAILED " + what);
      e.printStackTrace();
    }
  }

  /**
   * Runs all steps.
   *
   * @param args a Redis that wants another password; one that gives the user app few rights; one
   *     that lets everybody in; one that does not know the command HELLO; all as host:port
   */
  public static void main(String[] args) throws Exception {
    uris();
    String login = "app:" + PASSWORD + "@";
    use("a wrong password", "redis://" + login + args[0]);
    use("no password", "redis://" + args[0]);
    use("too few rights", "redis://" + login + args[1]);
    use("TLS to a server without", "rediss://" + login + args[2]);
    use("a cluster that is none", "redis-cluster://" + login + args[1]);
    use("sentinels that are none", "redis-sentinel://" + login + args[1] + "#primary");
    use("nobody there", "redis://" + login + "127.0.0.1:1");
    use("a renamed command", "redis://:" + PASSWORD + "@" + args[3]);
    use("a renamed command, cluster", "redis-cluster://:" + PASSWORD + "@" + args[3]);
    wrongTypes("redis://" + args[2]);
    builder(args[2]);
    values("redis://" + args[2]);
  }

  private static void uris() {
    for (String uri :
        List.of(
            "http://app:" + PASSWORD + "@host:1",
            "redis://app:" + PASSWORD + "@host:port",
            "redis://app:" + PASSWORD,
            "redis://app:a@" + PASSWORD + "@host:x",
            "redis://app:%zz" + PASSWORD + "@host:1",
            "redis://app:" + PASSWORD + "#@host:x",
            "redis://app:a/" + PASSWORD + "@host:x",
            "redis:app:" + PASSWORD + "@host",
            "app:" + PASSWORD + "@host:1",
            "redis-cluster://app:" + PASSWORD + "@a:1,b:x",
            "redis-sentinel://app:" + PASSWORD + "@a:1,b:x",
            "redis://host:x?password=" + PASSWORD)) {
      attempt("uri " + uri.replace(PASSWORD, "…"), () -> RedisCacheStore.connect(uri).close());
    }
  }

  private static void use(String what, String uri) {
    attempt(
        what,
        () -> {
          try (RedisCacheStore store = RedisCacheStore.connect(uri)) {
            System.err.println(store);
            CacheAside<Integer, String> cache =
                CacheAside.builder(store, "planet", Serializer.utf8())
                    .nearCache(10)
                    .build((Integer id) -> VALUE + id);
            attempt(what + ", get", () -> cache.get(1));
            attempt(what + ", getAll", () -> cache.getAll(List.of(1, 2)));
            attempt(what + ", put", () -> cache.put(1, VALUE));
            attempt(what + ", invalidate", () -> cache.invalidate(1));
            attempt(what + ", write", () -> cache.write(List.of(1), () -> {}));
            attempt(what + ", ping", () -> store.ping().toCompletableFuture().get());
          }
        });
  }

  /** Keys with a secret in their names, of another type than is expected. */
  private static void wrongTypes(String uri) {
    try (RedisCacheStore store = RedisCacheStore.connect(uri);
        RedisClient client = RedisClient.create(uri);
        var raw = client.connect(ByteArrayCodec.INSTANCE)) {
      CacheAside<String, String> cache =
          CacheAside.builder(store, "types", Serializer.utf8())
              .clearable()
              .build((String id) -> VALUE + id);
      raw.sync().lpush(Wire.utf8("types:" + PASSWORD), Wire.utf8(VALUE));
      raw.sync().lpush(Wire.utf8("types#"), Wire.utf8(VALUE));
      attempt("another type", () -> cache.get(PASSWORD));
      raw.sync().lpush(Wire.utf8("types:2" + PASSWORD), Wire.utf8(VALUE));
      attempt("another type, getAll", () -> cache.getAll(List.of("2" + PASSWORD, PASSWORD)));
      raw.sync().lpush(Wire.utf8("types:3" + PASSWORD), Wire.utf8(VALUE));
      attempt("another type, invalidate", () -> cache.invalidate("3" + PASSWORD));
      attempt("another type, clear", cache::clear);
    }
  }

  private static void builder(String address) throws Exception {
    Path keys = Files.write(Files.createTempFile("keys", ".p12"), new byte[] {1, 2, 3});
    attempt(
        "keys that can't be read",
        () ->
            RedisCacheStore.builder("rediss://" + address)
                .ssl(SslOptions.builder().keystore(keys.toFile(), PASSWORD.toCharArray()).build()));
    Files.delete(keys);
    attempt(
        "credentials that can't be fetched",
        () -> {
          try (RedisCacheStore store =
              RedisCacheStore.builder("redis://" + address)
                  .credentials(
                      () -> {
                        throw new IllegalStateException(PASSWORD);
                      },
                      Duration.ofSeconds(1))
                  .connect()) {
            store.ping();
          }
        });
    attempt(
        "credentials that are wrong",
        () -> {
          try (RedisCacheStore store =
              RedisCacheStore.builder("redis://" + address)
                  .credentials(() -> RedisCredentials.just("app", PASSWORD), Duration.ofSeconds(1))
                  .connect()) {
            store.ping();
          }
        });
  }

  private static void values(String uri) {
    try (RedisCacheStore store = RedisCacheStore.connect(uri);
        RedisClient client = RedisClient.create(uri);
        var raw = client.connect(ByteArrayCodec.INSTANCE)) {
      for (String garbage : List.of(VALUE, "{\"id\":\"" + VALUE + "\"}", "{\"id\":" + VALUE)) {
        CacheAside<Integer, Planet> plain =
            CacheAside.builder(store.plain(), "garbage", Serializer.json(Planet.class))
                .build((Integer id) -> new Planet(id, VALUE));
        raw.sync().set(Wire.utf8("garbage:1"), Wire.utf8(garbage));
        attempt("garbage under a key", () -> plain.get(1));
        attempt("garbage, peek", () -> plain.peek(1));
        CacheAside<Integer, Planet> planets =
            CacheAside.builder(store, "garbage", Serializer.json(Planet.class))
                .build((Integer id) -> new Planet(id, VALUE));
        raw.sync().set(Wire.utf8("garbage:2"), Wire.utf8(garbage));
        attempt("garbage instead of an entry", () -> planets.get(2));
        raw.sync().hset(Wire.utf8("garbage:3"), Wire.utf8("id"), Wire.utf8(garbage));
        CacheAside<Integer, Planet> hash =
            CacheAside.builder(store.hash(), "garbage", Serializer.fields(Planet.class))
                .build((Integer id) -> new Planet(id, VALUE));
        attempt("garbage in a hash", () -> hash.get(3));
        CacheAside<Integer, String> noHash =
            CacheAside.builder(store.hash(), "text", Serializer.utf8())
                .build((Integer id) -> VALUE);
        attempt("no object for a hash", () -> noHash.get(1));
        attempt("no object for a hash, put", () -> noHash.put(1, VALUE));
      }
      unserializable(store);
    }
  }

  private static void unserializable(RedisCacheStore store) {
    Serializer<String> broken =
        new Serializer<>() {
          @Override
          public byte[] serialize(String value) {
            throw new IllegalStateException("can't write " + value);
          }

          @Override
          public String deserialize(byte[] bytes) {
            throw new IllegalStateException("can't read " + Wire.text(bytes));
          }
        };
    CacheAside<Integer, String> cache =
        CacheAside.builder(store, "broken", broken).build((Integer id) -> VALUE);
    attempt("a serializer that fails", () -> cache.get(1));
    CacheAside<Integer, String> fine =
        CacheAside.builder(store, "broken", Serializer.utf8()).build((Integer id) -> VALUE);
    attempt("a value to read", () -> fine.put(2, VALUE));
    attempt("a serializer that fails to read", () -> cache.get(2));
    Ttl<String> failing =
        Ttl.from(
            value -> {
              throw new IllegalStateException("how long may it live: " + value);
            });
    CacheAside<Integer, String> undated =
        CacheAside.builder(store, "undated", Serializer.utf8())
            .ttl(failing)
            .build((Integer id) -> VALUE);
    attempt("a TTL that fails", () -> undated.get(1));
  }
}
