package io.github.cacheaside.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Runs a MySQL program of this machine as a child process on loopback. */
final class EmbeddedMySql {
  private static final String HOST = "127.0.0.1";
  private static final String USER = "cacheaside";
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private EmbeddedMySql() {}

  static DatabaseServer start(String program) {
    Path directory = TempDirectory.create("mysql");
    Runnable cleanUp = () -> TempDirectory.delete(directory);
    OpenServers.add(cleanUp);
    try {
      return start(program, directory);
    } catch (IOException | RuntimeException e) {
      cleanUp.run();
      throw new IllegalStateException(
          "MySQL can't be started from " + program + ": " + e.getMessage(), e);
    } finally {
      OpenServers.remove(cleanUp);
    }
  }

  private static DatabaseServer start(String program, Path directory) throws IOException {
    DatabaseAddress address =
        new DatabaseAddress(
            HOST, FreePorts.next(), USER, UUID.randomUUID().toString(), "cacheaside");
    List<String> common = new ArrayList<>();
    common.add(program);
    common.add("--no-defaults");
    common.add("--datadir=" + directory.resolve("data"));
    if ("root".equals(System.getProperty("user.name"))) {
      common.add("--user=root");
    }
    initialise(common, directory);
    List<String> command = new ArrayList<>(common);
    command.add("--init-file=" + Files.write(directory.resolve("init.sql"), initSql(address)));
    command.add("--bind-address=" + HOST);
    command.add("--port=" + address.port());
    command.add("--socket=" + directory.resolve("db.sock"));
    command.add("--mysqlx=OFF");
    command.add("--skip-log-bin");
    command.add("--skip-name-resolve");
    command.add("--max_allowed_packet=64M");
    // These rows need not survive a power cut; the tests need their commits fast.
    command.add("--innodb-flush-log-at-trx-commit=0");
    ServerProcess process =
        new ServerProcess(
            "MySQL at " + address,
            command,
            Map.of(),
            directory,
            LIMIT,
            () -> Databases.answers(address));
    return DatabaseServer.started(address, process.start(), "embedded");
  }

  /** Makes the data directory. */
  private static void initialise(List<String> common, Path directory) throws IOException {
    List<String> command = new ArrayList<>(common);
    command.add("--initialize-insecure");
    Path output = directory.resolve("initialize.log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException("no data directory:\n" + Files.readString(output));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while MySQL makes its data directory", e);
    }
  }

  /** One statement a line, as an init file wants it. */
  private static List<String> initSql(DatabaseAddress address) {
    String user = "'" + address.user() + "'@'%'";
    return List.of(
        "CREATE DATABASE IF NOT EXISTS " + address.database() + ";",
        "CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY '" + address.password() + "';",
        "GRANT ALL ON *.* TO " + user + " WITH GRANT OPTION;");
  }
}
