package io.github.cacheaside.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * Runs {@code redis-server} as a child process on loopback.
 *
 * <p>The embedded-redis library only carries the program: its own launcher tells no process id, and
 * {@code pause()} needs one.
 */
final class EmbeddedRedis {
  static final String HOST = "127.0.0.1";

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static @Nullable Path carried;

  private final Supplier<Path> executable;

  EmbeddedRedis(Optional<String> executable) {
    this.executable = () -> executable.map(Path::of).orElseGet(EmbeddedRedis::carried);
  }

  /** Starts one server; persistence is off unless the lines say otherwise. */
  RedisServer start(List<String> lines) {
    return start(FreePorts.next(), lines, List.of());
  }

  /** Starts a server that watches others. */
  RedisServer startSentinel(List<String> lines) {
    int port = FreePorts.next();
    return run("sentinel", port, base(port), lines, List.of("--sentinel"));
  }

  private RedisServer start(int port, List<String> lines, List<String> arguments) {
    List<String> base = base(port);
    base.add("save \"\"");
    base.add("appendonly no");
    return run("redis", port, base, lines, arguments);
  }

  private static List<String> base(int port) {
    return new ArrayList<>(List.of("port " + port, "bind " + HOST, "daemonize no"));
  }

  private RedisServer run(
      String name, int port, List<String> base, List<String> lines, List<String> arguments) {
    Path directory = TempDirectory.create(name);
    List<String> config = new ArrayList<>(base);
    config.addAll(lines);
    // A file, not arguments: a password on the command line shows in the list of processes.
    Path file = write(directory.resolve("redis.conf"), config);
    List<String> command = new ArrayList<>();
    command.add(executable.get().toString());
    command.add(file.toString());
    command.addAll(arguments);
    RedisAddress address = RedisAddress.of(HOST, port, RedisConfig.password(lines));
    ServerProcess process =
        new ServerProcess(
            "redis-server at " + address,
            command,
            Map.of(),
            directory,
            LIMIT,
            () -> answers(HOST, port));
    return RedisServer.started(address, process.start(), "embedded");
  }

  /** Any reply but "loading" will do: a server may be meant to refuse this user. */
  static boolean answers(String host, int port) throws IOException {
    try (RespConnection connection = RespConnection.open(host, port)) {
      connection.call("PING");
      return true;
    } catch (RespConnection.ReplyException e) {
      return String.valueOf(e.getMessage()).startsWith("NO");
    }
  }

  private static Path write(Path file, List<String> lines) {
    try {
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("the configuration of Redis can't be written", e);
    }
  }

  private static synchronized Path carried() {
    if (carried == null || !Files.isExecutable(carried)) {
      Path directory = TempDirectory.create("redis-server");
      OpenServers.add(() -> TempDirectory.delete(directory));
      try {
        carried = ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
      } catch (IOException | RuntimeException e) {
        throw new IllegalStateException(
            "no embedded Redis for this platform; set "
                + Settings.REDIS_SERVER
                + ", or REDIS_URL, or start Docker",
            e);
      }
    }
    return carried;
  }
}
